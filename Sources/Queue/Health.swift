package import Fallback

/// What the database knows of places and credentials, as of one moment.
package struct Health: Sendable, Equatable {
  /// See `QueueStore.healthEpoch()`.
  package var epoch: Int64
  package var marks: [Mark]
  /// Counters and accounts of credentials.
  package var uses: [PoolUse]
  package var adaptations: [Adaptation]

  package init(epoch: Int64, marks: [Mark], uses: [PoolUse], adaptations: [Adaptation]) {
    self.epoch = epoch
    self.marks = marks
    self.uses = uses
    self.adaptations = adaptations
  }
}
