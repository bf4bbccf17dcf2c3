import Fallback
import Synchronization

/// The marks as this process sees them: its own at once, those of others when their epoch has moved.
/// Nothing is written, and only one number is read, as long as all is well.
final class MarkBoard: Sendable {
  fileprivate struct State {
    var marks: [MarkKey: Mark] = [:]
    var epoch: Int64 = -1
    /// Written by this process and perhaps not in the database yet.
    var unsettled: [MarkKey: Mark] = [:]
    var probing: [MarkKey: Milliseconds] = [:]
  }

  private let store: any MarkStore
  private let state = Mutex(State())

  init(store: any MarkStore) { self.store = store }

  /// Marks and running probes as of now.
  func snapshot(_ now: Milliseconds) -> (marks: [MarkKey: Mark], probing: Set<MarkKey>) {
    let epoch = store.epoch()
    let isStale = state.withLock { $0.epoch != epoch }
    let loaded = isStale ? store.marks() : nil
    return state.withLock { state in
      if let loaded { state.adopt(loaded, epoch: epoch) }
      state.probing = state.probing.filter { $0.value > now }
      return (state.marks, Set(state.probing.keys))
    }
  }

  /// One call is finding out about these; others skip until it is back.
  func beginProbe(_ keys: [MarkKey], until: Milliseconds) {
    guard !keys.isEmpty else { return }
    state.withLock { state in for key in keys { state.probing[key] = until } }
  }

  func fail(_ note: FailureNote, job: Int64, policy: Policy, now: Milliseconds) {
    let mark = state.withLock { state in
      let mark = Mark.renewed(state.marks[note.key], by: note, job: job, policy: policy, now: now)
      state.marks[note.key] = mark
      state.unsettled[note.key] = mark
      state.probing[note.key] = nil
      return mark
    }
    store.write([mark])
  }

  /// A success lifts what was marked before its request was sent.
  func succeed(_ keys: [MarkKey], sentAt: Milliseconds) {
    let lifted = state.withLock { state -> [MarkKey] in
      guard !state.marks.isEmpty else { return [] }
      let lifted = keys.filter { key in
        guard let mark = state.marks[key], !mark.isTerminal else { return false }
        return mark.markedAt < sentAt
      }
      for key in lifted {
        state.marks[key] = nil
        state.unsettled[key] = nil
        state.probing[key] = nil
      }
      return lifted
    }
    if !lifted.isEmpty { store.lift(lifted, madeBefore: sentAt) }
  }
}

extension MarkBoard.State {
  /// Takes over what the database says; an own mark that is newer stays.
  fileprivate mutating func adopt(_ loaded: [Mark], epoch: Int64) {
    var fresh = Dictionary(loaded.map { ($0.key, $0) }) { first, _ in first }
    for (key, mark) in unsettled {
      if let stored = fresh[key], stored.markedAt >= mark.markedAt {
        unsettled[key] = nil
      } else {
        fresh[key] = mark
      }
    }
    marks = fresh
    self.epoch = epoch
  }
}
