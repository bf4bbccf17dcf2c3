import CCurl
import Calls
import Fallback
import Glibc

/// One request on its way. It belongs to the thread of its event loop.
final class Transfer: Deadlined {
  /// How far it is: each stage has its own limit.
  enum Stage {
    case connecting
    case waiting(since: Instant)
    case receiving(last: Instant)
    /// The end marker of the event stream came; the connection may still be kept for later.
    case ending(since: Instant)
  }

  /// Why we ended it from inside a callback.
  enum Stop: Equatable {
    case bodyTooLarge, headersTooLarge, lineTooLong
    /// All replies under way are too much together.
    case noMemoryLeft
    /// The connection died and the server may have read the request.
    case mayHaveBeenRead
    /// The credential may only go to this machine, and the address was another.
    case notLoopback
    /// The name is a public one and led to this address of a private network.
    case privateAddress(String)
    /// Nothing was sent: the kept connection was of no use. Never the end of a request.
    case staleConnection
  }

  /// All header lines together; libcurl's own bounds are 100 KB a line and 300 KB in all.
  static let maxHeaderBytes = 128 << 10
  /// For the rest of an event stream after its end marker.
  private static let ending: Milliseconds = 500
  /// The same behind an error: what comes next is waiting for it.
  private static let endingInError: Milliseconds = 20

  let id: UInt64
  let checked: CheckedRequest
  let headerList: HeaderList
  let body: RequestBody
  let completion: (HTTPReply) -> Void
  private let started: Instant
  private let deadlines: DeadlineHeap<Transfer>
  private let clock: LoopClock
  private let budget: BodyBudget
  /// What its body has taken of the budget.
  private(set) var sharedBytes = 0

  private(set) var stage = Stage.connecting
  private(set) var answer = Answer()
  /// Of an event stream.
  private var scanner: EventScanner?
  var stop: Stop?
  var due: Instant
  var heapIndex: Int?

  // Kept by ConnectionTable.
  var opened: [Connection] = []
  var connection: Connection?
  var sendings = 0
  var mayRepeat = false

  init(
    id: UInt64, _ checked: CheckedRequest, deadlines: DeadlineHeap<Transfer>, clock: LoopClock,
    budget: BodyBudget, completion: @escaping (HTTPReply) -> Void
  ) {
    self.budget = budget
    self.id = id
    self.checked = checked
    self.completion = completion
    self.deadlines = deadlines
    self.clock = clock
    headerList = HeaderList(checked.request)
    body = RequestBody(checked.request.body)
    started = .now()
    let limits = checked.request.timeouts
    due = started.advanced(by: min(limits.total, limits.connect))
  }

  /// When it ends if nothing happens.
  var deadline: Instant { min(started.advanced(by: limits.total), stageDeadline) }

  private var stageDeadline: Instant {
    switch stage {
    case .connecting: started.advanced(by: limits.connect)
    case .waiting(let since): since.advanced(by: limits.firstByte)
    case .receiving(let last): last.advanced(by: limits.idle)
    case .ending(let since):
      since.advanced(by: scanner?.hasError == true ? Self.endingInError : Self.ending)
    }
  }

  /// All that matters has come, whatever becomes of the connection.
  var isComplete: Bool { if case .ending = stage { true } else { false } }

  /// The connection stands, and the request was written or is being written.
  var isSent: Bool { if case .connecting = stage { false } else { true } }

  private var limits: Timeouts { checked.request.timeouts }

  /// The limit that is the first to be reached in this stage.
  var limit: (fault: TransportFault, detail: String) {
    guard stageDeadline <= started.advanced(by: limits.total) else {
      return (.timeout, "not complete within \(limits.total) ms")
    }
    return switch stage {
    case .connecting: (.connectTimeout, "no connection within \(limits.connect) ms")
    case .waiting: (.timeout, "no answer within \(limits.firstByte) ms")
    case .receiving, .ending: (.timeout, "silent for \(limits.idle) ms")
    }
  }

  /// It begins anew; its limits go on.
  func beginsAnew() {
    stop = nil
    scanner = nil
    move(to: .connecting)
  }

  /// The connection stands and the request is about to be written.
  func beginsSending() { move(to: .waiting(since: .now())) }

  /// Takes one header line; false ends the transfer.
  func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    if unsafe !answer.receiveHeader(line) {
      stop = .headersTooLarge
      return false
    }
    if isComplete { return true }
    if scanner == nil, checked.request.mayStream {
      // The headers of an event stream are sent before the model has begun.
      guard answer.isHeaderComplete else { return true }
      if answer.isEventStream { scanner = EventScanner() }
    }
    if scanner == nil { move(to: .receiving(last: clock.now)) }
    return true
  }

  /// Takes a piece of the body; false ends the transfer.
  func receiveBody(_ piece: UnsafeRawBufferPointer) -> Bool {
    let more = answer.body.count + piece.count - BodyBudget.free - sharedBytes
    if more > 0 {
      guard budget.take(more) else {
        stop = .noMemoryLeft
        return false
      }
      sharedBytes += more
    }
    if unsafe !answer.receiveBody(piece, atMost: checked.request.maxBodyBytes) {
      stop = .bodyTooLarge
      return false
    }
    guard scanner != nil else {
      move(to: .receiving(last: clock.now))
      return true
    }
    let hasNews = unsafe scanner?.receive(piece) ?? false
    if scanner?.isTooLong == true {
      stop = .lineTooLong
      return false
    }
    if isComplete { return true }
    if scanner?.isEnded == true {
      move(to: .ending(since: clock.now))
    } else if hasNews {
      move(to: .receiving(last: clock.now))
    }
    return true
  }

  /// A later deadline is left to the heap's next look, so a long body costs no heap work.
  private func move(to stage: Stage) {
    self.stage = stage
    let next = deadline
    if next < due { deadlines.update(self, due: next) }
  }
}

/// The body to send, where curl can find it for as long as the transfer lasts.
@safe
struct RequestBody: ~Copyable {
  private let memory: UnsafeMutableRawBufferPointer

  init(_ bytes: [UInt8]) {
    // At least one byte: curl reads standard input when it gets no pointer.
    unsafe memory = .allocate(byteCount: max(1, bytes.count), alignment: 1)
    unsafe memory.copyBytes(from: bytes)
    count = bytes.count
  }

  let count: Int
  var start: UnsafeRawPointer? { unsafe UnsafeRawPointer(memory.baseAddress) }

  deinit { unsafe memory.deallocate() }
}
