import Fallback
import Platform
import Synchronization

/// The marks as this process sees them: its own at once, those of others when their epoch has moved.
/// Nothing is written, and one number at most is read, as long as all is well.
final class MarkBoard: Sendable {
  /// What choosing needs to know, as of one moment.
  struct Snapshot: Sendable {
    var marks: [MarkKey: Mark]
    var probing: Set<MarkKey>
    /// By provider and credential.
    var accounts: [String: [String: String]]
    /// What any process has seen work.
    var proven: Set<CredentialTrial>
    var epoch: Int64
  }

  /// A mark of this process that the database may not hold yet.
  fileprivate struct Unsettled {
    var mark: Mark
    var since: Milliseconds
  }

  fileprivate struct State {
    var marks: [MarkKey: Mark] = [:]
    var epoch: Int64 = -1
    /// When somebody last looked whether others have changed anything.
    var lookedAt: Milliseconds = 0
    /// The same on the monotonic clock, in nanoseconds: before the look began.
    var readAt: Int64 = .min / 2
    var accounts: [String: [String: String]] = [:]
    var proven: Set<CredentialTrial> = []
    var unsettled: [MarkKey: Unsettled] = [:]
    var probing: [MarkKey: Milliseconds] = [:]
  }

  private let store: any MarkStore
  /// In nanoseconds.
  private let calm: Int64
  private let state = Mutex(State())

  /// - Parameters:
  ///   - store: What all processes share.
  ///   - calm: How old, in milliseconds, what `recent` gives may be.
  init(store: any MarkStore, calm: Milliseconds = 0) {
    self.store = store
    self.calm = calm * 1_000_000
  }

  /// Marks and running probes as of now. While nothing is marked that may be a moment ago: to look for
  /// every call whether another process has marked something costs more than all else of choosing, and
  /// a request may be under way at that moment anyhow.
  func recent(_ now: Milliseconds) -> Snapshot {
    let time = SystemTime.monotonicNanoseconds()
    let calmest = state.withLock { state in
      state.isCalm && time - state.readAt < calm ? state.snapshot : nil
    }
    return calmest ?? snapshot(now)
  }

  /// Marks and running probes as of now.
  func snapshot(_ now: Milliseconds) -> Snapshot {
    let time = SystemTime.monotonicNanoseconds()
    let known = state.withLock { $0.hasAged(now) ? nil : $0.epoch }
    let reading = store.reading(unless: known)
    return state.withLock { state in
      // Another thread may have read later, and been here sooner.
      if let reading, reading.epoch >= state.epoch { state.adopt(reading, now: now) }
      state.lookedAt = now
      state.readAt = max(state.readAt, time)
      if !state.probing.isEmpty { state.probing = state.probing.filter { $0.value > now } }
      return state.snapshot
    }
  }

  /// Whether anything is marked, as somebody saw it a moment ago or sees it now.
  func hasMarks(_ now: Milliseconds) -> Bool {
    let recent = state.withLock { state in
      now - state.lookedAt < Self.moment ? !state.marks.isEmpty : nil
    }
    return recent ?? !snapshot(now).marks.isEmpty
  }

  /// Whoever begins a call looks more closely: this is only for what spares it.
  private static let moment: Milliseconds = 20

  /// One call is finding out about these; others skip until it is back.
  func beginProbe(_ keys: [MarkKey], until: Milliseconds) {
    guard !keys.isEmpty else { return }
    state.withLock { state in for key in keys { state.probing[key] = until } }
  }

  /// The call is back; whoever comes next may find out, if it did not.
  func endProbe(_ keys: [MarkKey]) {
    let held = state.withLock { state in
      keys.filter { state.probing.removeValue(forKey: $0) != nil }
    }
    if !held.isEmpty { store.endProbes(held) }
  }

  /// The store has come to a later epoch by nothing but what this board has asked for.
  func advance(from epoch: Int64, to later: Int64) {
    state.withLock { state in if state.epoch == epoch { state.epoch = later } }
  }

  func fail(_ note: FailureNote, job: Int64, policy: Policy, now: Milliseconds) {
    state.withLock { state in
      let mark = Mark.renewed(state.marks[note.key], by: note, job: job, policy: policy, now: now)
      state.marks[note.key] = mark
      state.unsettled[note.key] = Unsettled(mark: mark, since: now)
      state.probing[note.key] = nil
      if note.key.scope == .credential { state.disprove(note.key) }
    }
    store.fail(note, job: job, policy: policy, at: now)
  }

  /// A success lifts what was marked before its request was sent.
  func succeed(_ keys: [MarkKey], sentAt: Milliseconds) {
    let lifted = state.withLock { state -> [MarkKey] in
      guard !state.marks.isEmpty else { return [] }
      let lifted = keys.filter { key in
        state.marks[key].map { $0.markedAt < sentAt } ?? false
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
  /// Writing takes a moment; what is not in the database after that was reset there.
  static let patience: Milliseconds = 2_000

  /// Nothing is out of order, as far as this process knows.
  var isCalm: Bool { marks.isEmpty && probing.isEmpty && unsettled.isEmpty }

  var snapshot: MarkBoard.Snapshot {
    MarkBoard.Snapshot(
      marks: marks, probing: Set(probing.keys), accounts: accounts, proven: proven, epoch: epoch)
  }

  func hasAged(_ now: Milliseconds) -> Bool {
    !unsettled.isEmpty && unsettled.values.contains { now - $0.since >= Self.patience }
  }

  /// Whoever uses a refused credential next finds out anew.
  mutating func disprove(_ key: MarkKey) {
    guard !proven.isEmpty else { return }
    proven = proven.filter { $0.provider != key.provider || $0.credential != key.credential }
  }

  /// Takes over what the database says; an own mark that is newer stays for a moment.
  mutating func adopt(_ reading: MarkReading, now: Milliseconds) {
    var fresh = Dictionary(reading.marks.map { ($0.key, $0) }) { first, _ in first }
    for (key, own) in unsettled {
      let isStored = fresh[key].map { $0.markedAt >= own.mark.markedAt } ?? false
      if isStored || now - own.since >= Self.patience {
        unsettled[key] = nil
      } else {
        fresh[key] = own.mark
      }
    }
    marks = fresh
    accounts = [:]
    proven = []
    for use in reading.uses {
      guard let print = use.proven else { continue }
      proven.insert(
        CredentialTrial(provider: use.provider, credential: use.credential, print: print))
    }
    for key in unsettled.keys where key.scope == .credential { disprove(key) }
    for use in reading.uses {
      accounts[use.provider, default: [:]][use.credential] = use.account
    }
    epoch = reading.epoch
  }
}
