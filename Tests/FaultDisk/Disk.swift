import CSQLite
import Synchronization

/// The disk under the databases of one folder, as a test wants it: it keeps a record of what was
/// asked of it, fails where it is told to, and says what a program is doing at every moment.
///
/// `FaultyFiles.attach` puts it under a folder. Locks and shared memory stay those of the system.
package final class Disk: Sendable {
  /// What a database asks of a disk.
  package enum Call: Sendable, Hashable, CaseIterable {
    case open, read, write, truncate, sync, delete
    /// The shared memory of the WAL index grows.
    case map
  }

  /// A call that is refused.
  package struct Fault: Sendable {
    package var calls: Set<Call>
    /// Which of these calls, from 1.
    package var number: Int
    /// All later ones are refused too.
    package var isSticky: Bool
    /// An extended result code of SQLite.
    package var code: Int32
    /// A refused write reaches the file by half.
    package var isHalfWritten: Bool

    package init(
      _ calls: Set<Call>, number: Int, isSticky: Bool = false, code: Int32,
      isHalfWritten: Bool = false
    ) {
      self.calls = calls
      self.number = number
      self.isSticky = isSticky
      self.code = code
      self.isHalfWritten = isHalfWritten
    }
  }

  /// What was asked, in order. `file` is the name without the folder.
  package enum Entry: Sendable {
    case write(file: String, offset: Int, bytes: [UInt8])
    case truncate(file: String, size: Int)
    case sync(file: String)
    /// `isDurable`: the folder was synced with it.
    case delete(file: String, isDurable: Bool)
    /// What the test put in, between two calls.
    case note(Int)
  }

  /// Told before and after a call, on the thread that makes it.
  package typealias Observer =
    @Sendable (_ call: Call, _ file: String, _ isOver: Bool) -> Void

  private struct State {
    var entries: [Entry] = []
    var fault: Fault?
    var counted = 0
    var refused = 0
  }

  private let state = Mutex(State())
  private let isRecording: Bool
  /// Calls of `fsync` go through; otherwise they only seem to, which is quicker.
  let syncsForReal: Bool
  private let observer: Observer?

  package init(
    isRecording: Bool = false, syncsForReal: Bool = false, observer: Observer? = nil
  ) {
    self.isRecording = isRecording
    self.syncsForReal = syncsForReal
    self.observer = observer
  }

  /// Refuses calls from now on; nil: none. Counting begins anew.
  package func refuse(_ fault: Fault?) {
    state.withLock { state in
      state.fault = fault
      state.counted = 0
      state.refused = 0
    }
  }

  /// Calls refused since `refuse`.
  package var refusedCalls: Int { state.withLock(\.refused) }

  /// Everything asked so far; empty where it does not record.
  package var entries: [Entry] { state.withLock(\.entries) }

  /// Puts a note between the calls before and after.
  package func note(_ number: Int) { record(.note(number)) }

  // MARK: What the files tell

  func record(_ entry: @autoclosure () -> Entry) {
    guard isRecording else { return }
    let entry = entry()
    state.withLock { $0.entries.append(entry) }
  }

  /// The fault that hits this call; nil: it may go on.
  func fault(of call: Call) -> Fault? {
    state.withLock { state in
      guard let fault = state.fault, fault.calls.contains(call) else { return nil }
      state.counted += 1
      guard state.counted == fault.number || (fault.isSticky && state.counted > fault.number)
      else { return nil }
      state.refused += 1
      return fault
    }
  }

  func observe(_ call: Call, _ file: String, isOver: Bool) { observer?(call, file, isOver) }
}
