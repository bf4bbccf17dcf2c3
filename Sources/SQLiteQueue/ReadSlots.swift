import Fallback
import Queue
import Synchronization

/// A few reading connections, opened when they are first needed. Readers never wait for the writer.
final class ReadSlots: Sendable {
  private let slots = [ReadSlot(), ReadSlot(), ReadSlot(), ReadSlot()]
  private let path: String
  private let busyDeadline: Milliseconds
  private let isClosed = Atomic(false)
  private let next = Atomic(0)
  /// Slots that nobody is using.
  private let idle = Mutex([3, 2, 1, 0])

  init(path: String, busyDeadline: Milliseconds) {
    self.path = path
    self.busyDeadline = busyDeadline
  }

  /// Lends a connection that nobody else is using.
  func withReader<Result: Sendable>(
    _ body: @Sendable (inout Reader) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    // The one that was used last: it is open, and the others need not be.
    let idleSlot = idle.withLock { $0.popLast() }
    defer { if let idleSlot { idle.withLock { $0.append(idleSlot) } } }
    let slot = idleSlot ?? next.wrappingAdd(1, ordering: .relaxed).newValue & 3
    return try slots[slot].reader.withLock { (reader) throws(StoreError) -> Result in
      try use(&reader, body)
    }
  }

  private func use<Result>(
    _ reader: inout Reader?, _ body: @Sendable (inout Reader) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    guard !isClosed.load(ordering: .acquiring) else {
      throw StoreError(.closed, message: "the queue is closed", path: path)
    }
    var open: Reader
    if let ready = reader.take() { open = ready } else { open = try makeReader() }
    do throws(StoreError) {
      let result = try open.read(body)
      reader = consume open
      return result
    } catch {
      let reason = open.reason(for: error)
      reader = consume open
      throw reason
    }
  }

  private func makeReader() throws(StoreError) -> Reader {
    Reader(
      db: try Connection.opened(forReading: path, busyDeadline: busyDeadline),
      file: try DatabaseFile(existing: path))
  }

  /// Opens those that are not open yet.
  func openAll() {
    for slot in slots {
      slot.reader.withLock { reader in
        if reader == nil, !isClosed.load(ordering: .acquiring) { reader = try? makeReader() }
      }
    }
  }

  func close() {
    isClosed.store(true, ordering: .releasing)
    for slot in slots { slot.reader.withLock { $0 = nil } }
  }
}

/// A place for one connection; `Mutex` cannot lie in an array by itself.
private final class ReadSlot: Sendable {
  let reader = Mutex<Reader?>(nil)
}
