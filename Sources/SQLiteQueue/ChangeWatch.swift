import Platform
import Queue

/// Tells one listener about commits of other processes: by a socket that they ring, and by the writes to
/// the WAL, which no writer can avoid.
final class ChangeWatch: StoreWatch {
  private let stopping: StopEvent
  private let thread: OSThread
  let seesEveryCommit: Bool

  /// nil: neither way works here.
  init?(
    database: String, bells: BellFolder?, _ body: @escaping @Sendable (StoreSignal) -> Void
  ) {
    guard let stopping = StopEvent() else { return nil }
    let sources = ChangeSources(database: database, bells: bells)
    seesEveryCommit = sources.seesEveryCommit
    guard sources.seesEveryCommit || sources.hasBell else { return nil }
    let started = try? OSThread(name: "auxq-watch") { sources.run(until: stopping, body) }
    guard let started else { return nil }
    self.stopping = stopping
    thread = started
  }

  deinit { stopping.set() }

  func stop() {
    stopping.set()
    thread.join()
  }
}

/// Ends the thread of a watch.
final class StopEvent: Sendable {
  private let event: WakeEvent

  init?() {
    guard let event = try? WakeEvent() else { return nil }
    self.event = event
  }

  var descriptor: Int32 { event.descriptor }
  func set() { event.set() }

  /// Nothing ever takes what was set, so it stays set.
  var isSet: Bool { Polling.isReadable(event.descriptor) }
}

/// Where news of commits come from.
private final class ChangeSources: Sendable {
  private let wal: String
  private let bell: Doorbell?
  private let watch: FileWatch?

  init(database: String, bells: BellFolder?) {
    wal = database + "-wal"
    watch = try? FileWatch()
    if let bells, bells.prepare() {
      bell = try? Doorbell(path: bells.newPath())
    } else {
      bell = nil
    }
  }

  var seesEveryCommit: Bool { watch != nil }
  var hasBell: Bool { bell != nil }

  func run(until stopping: StopEvent, _ body: @Sendable (StoreSignal) -> Void) {
    var isWatching = false
    var echoes: ArraySlice<Int32> = []
    while !stopping.isSet {
      if !isWatching, watch != nil {
        isWatching = (try? watch?.add(wal)) != nil
        // Between the end of one file and the beginning of the next anything may have happened.
        if isWatching { body(.changed) }
      }
      let isPatient = isWatching || watch == nil
      Polling.wait(
        for: descriptors(stopping), timeout: isPatient ? echoes.first : retryMilliseconds)
      let rings = bell?.take() ?? []
      let change = watch?.take() ?? .none
      if change == .gone { isWatching = false }
      if rings.contains(StoreSignal.cancelRequested.byte) { body(.cancelRequested) }
      if rings.isEmpty, change == .none {
        echoes = echoes.dropFirst()
        body(.changed)
      } else {
        // Who rings has committed already; another may still be at it.
        if change == .written { echoes = echoMilliseconds[...] }
        if !rings.isEmpty { echoes = echoMilliseconds.suffix(3) }
        body(.changed)
        // A writer at work commits thousands of times a second; one look serves them all.
        SystemTime.sleep(milliseconds: pauseMilliseconds)
      }
    }
  }

  private func descriptors(_ stopping: StopEvent) -> [Int32] {
    var all = [stopping.descriptor]
    if let descriptor = bell?.descriptor { all.append(descriptor) }
    if let descriptor = watch?.descriptor { all.append(descriptor) }
    return all
  }
}

/// Until a WAL that is not there is looked for again.
private let retryMilliseconds: Int32 = 500
/// A commit is written before it can be seen: until the disk has it, when it is to survive a power cut.
/// So a write is told again after each of these: a tenth of a second closely, since that is what disks
/// take, and a while longer for the slowest.
private let echoMilliseconds: [Int32] =
  Array(repeating: 4, count: 25) + Array(repeating: 10, count: 20) + [20, 40, 80]
/// Between two words to the listener.
private let pauseMilliseconds: Int64 = 2
