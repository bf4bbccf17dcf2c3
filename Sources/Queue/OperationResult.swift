package import Fallback

/// The answer to one operation, in the same place as the operation.
package enum OperationResult: Sendable {
  /// Ids in the order of the jobs; `isNew` is false where a unique key gave an older job.
  case enqueued([(id: JobID, isNew: Bool)])
  case claimed([ClaimedJob])
  /// False: the token is old; nothing of it was stored as the job's outcome.
  case accepted(Bool)
  case heartbeats([(lease: LeaseKey, standing: LeaseStanding)])
  case cancelled([(id: JobID, effect: CancelEffect)])
  /// Ids that were changed.
  case changed([JobID])
  case retried([(id: JobID, effect: RetryEffect)])
  case reserved(Selection)
  case paced(PaceAnswer)
  case triedOut(TrialAnswer)
  /// Marks that are gone; unconfirmed ones are not told.
  case lifted([MarkKey])
  case done
}

package enum LeaseStanding: Sendable, Hashable {
  case held
  /// Somebody asked to cancel the job.
  case cancelRequested
  case lost
}

package enum RetryEffect: Sendable, Hashable {
  case ready
  /// It runs, and goes on.
  case running
  /// It stays finished: this newer unfinished job has its unique key.
  case keyTaken(by: JobID)
  case noSuchJob
}

package enum CancelEffect: Sendable, Hashable {
  case cancelled
  /// It runs; its worker is told at its next heartbeat.
  case requested
  case alreadyFinished
  case noSuchJob
}
