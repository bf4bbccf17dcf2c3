import CCurl
import Calls
import Fallback
import Glibc

/// Why an event loop could not be made: descriptors or memory are used up.
struct LoopFailure: Error {
  let systemError: Int32

  var reply: HTTPReply {
    HTTPReply(fault: .unreachable, detail: "no event loop: system error \(systemError)")
  }
}

/// Carries many requests at once on one thread: the one place where requests are sent.
///
/// The async transport gives a loop to each of its threads; the blocking one runs a loop on the
/// calling thread until its request is done. Only one thread may use a loop at a time.
@safe
final class TransferLoop {
  /// Handles kept for later at most, and never more than were in use at once: each holds some 6 KB.
  private static let maxSpare = 4096
  /// Connections kept although fewer requests are in flight.
  private static let minConnections = 64

  private let multi: UnsafeMutableRawPointer
  private let options: CurlOptions
  private let budget: BodyBudget
  private let events: EventSet
  private let connections: ConnectionTable
  private let gate: LookUpGate
  private let clock = LoopClock()
  private let deadlines = DeadlineHeap<Transfer>()
  private var running: [UInt64: EasyHandle] = [:]
  private var spare: [EasyHandle] = []
  private var room = TransferLoop.minConnections

  init(
    _ options: CurlOptions, _ budget: BodyBudget, waker: Waker
  ) throws(LoopFailure) {
    guard CurlLibrary.isReady, let events = EventSet(waker: waker, clock: clock),
      let multi = unsafe curl_multi_init()
    else { throw LoopFailure(systemError: lastSystemError()) }
    self.options = options
    self.budget = budget
    self.events = events
    gate = LookUpGate(clock: clock)
    connections = ConnectionTable(events, gate, clock: clock)
    unsafe self.multi = multi
    let context = unsafe Unmanaged.passUnretained(events).toOpaque()
    unsafe ccurl_multi_set_socket(multi, curlWatchesSocket, context)
    unsafe ccurl_multi_set_timer(multi, curlSetsTimer, context)
    unsafe ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, room)
  }

  deinit {
    for easy in running.values {
      unsafe curl_multi_remove_handle(multi, easy.curl)
      easy.unload()
    }
    running.removeAll()
    spare.removeAll()
    // Closes the connections: their callbacks need the table and the set, which end after this.
    unsafe curl_multi_cleanup(multi)
  }

  /// Requests in flight.
  var count: Int { running.count }

  /// Begins a request.
  ///
  /// - Parameters:
  ///   - id: Names it for `cancel`; unique among those in flight.
  ///   - checked: What to send.
  ///   - completion: Called once, from `advance`, `cancel`, `cancelAll` or this call.
  func start(
    id: UInt64, _ checked: CheckedRequest, completion: @escaping (HTTPReply) -> Void
  ) {
    guard let easy = spare.popLast() ?? EasyHandle(options, connections: connections) else {
      return completion(HTTPReply(fault: .unreachable, detail: "libcurl gives no handle"))
    }
    let transfer = Transfer(
      id: id, checked, deadlines: deadlines, clock: clock, budget: budget, completion: completion)
    guard transfer.due > .now() else {
      spare.append(easy)
      return completion(transfer.replyAtLimit())
    }
    running[id] = easy
    deadlines.insert(transfer)
    guard easy.load(transfer) else { return refuse(transfer, easy) }
    if gate.enter(transfer) { add(easy, transfer) }
    keepConnections()
  }

  private func add(_ easy: EasyHandle, _ transfer: Transfer) {
    if unsafe curl_multi_add_handle(multi, easy.curl) != CURLM_OK { refuse(transfer, easy) }
  }

  private func refuse(_ transfer: Transfer, _ easy: EasyHandle) {
    finish(
      transfer, easy, HTTPReply(fault: .malformedRequest, detail: "libcurl refuses the request"))
  }

  /// Ends a request as cancelled; without effect when it is over.
  func cancel(id: UInt64) {
    guard let easy = running[id], let transfer = easy.transfer else { return }
    finish(transfer, easy, transfer.replyCancelled())
  }

  /// Ends all requests as cancelled.
  func cancelAll() {
    for id in running.keys { cancel(id: id) }
  }

  /// Does what is due by the clock, and completes what is finished.
  func advance() {
    clock.update()
    let now = clock.now
    if events.curlDue <= now {
      events.curlDue = .never
      act(CURL_SOCKET_BAD, 0)
    }
    complete()
    while let transfer = deadlines.earliest, transfer.due <= now {
      let due = transfer.deadline
      if due > now {
        deadlines.update(transfer, due: due)
      } else if let easy = running[transfer.id] {
        finish(transfer, easy, transfer.replyAtLimit())
      }
    }
    release()
  }

  /// Waits for sockets, the clock or the waker, and moves data.
  ///
  /// - Parameter mayBlock: False only looks.
  func wait(mayBlock: Bool) {
    let due = mayBlock ? min(events.curlDue, deadlines.earliest?.due ?? .never) : Instant.now()
    events.wait(until: due) { act($0, $1) }
    complete()
    release()
  }

  private func act(_ socket: Int32, _ mask: Int32) {
    var left: Int32 = 0
    unsafe curl_multi_socket_action(multi, socket, mask, &left)
  }

  private func complete() {
    var curl: UnsafeMutableRawPointer?
    var code = CURLE_OK
    while unsafe ccurl_next_done(multi, &curl, &code) == 1 {
      guard let context = unsafe ccurl_get_private(curl) else { continue }
      let easy = unsafe Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
      guard let transfer = easy.transfer else { continue }
      if transfer.stop == .staleConnection, restart(transfer, easy) { continue }
      finish(transfer, easy, transfer.reply(easy.result(code)))
    }
  }

  /// Begins what has waited for another request's look-up.
  private func release() {
    for id in gate.takeReleased() {
      if let easy = running[id], let transfer = easy.transfer { add(easy, transfer) }
    }
  }

  /// Begins a request again that could not be sent on a kept connection.
  private func restart(_ transfer: Transfer, _ easy: EasyHandle) -> Bool {
    unsafe curl_multi_remove_handle(multi, easy.curl)
    transfer.beginsAnew()
    easy.connectFresh()
    return unsafe curl_multi_add_handle(multi, easy.curl) == CURLM_OK
  }

  private func finish(_ transfer: Transfer, _ easy: EasyHandle, _ reply: HTTPReply) {
    unsafe curl_multi_remove_handle(multi, easy.curl)
    deadlines.remove(transfer)
    running[transfer.id] = nil
    gate.ended(transfer)
    budget.give(transfer.sharedBytes)
    easy.unload()
    if spare.count < Self.maxSpare { spare.append(easy) }
    transfer.completion(reply)
  }

  /// curl throws kept connections away when it has room for fewer than are in use.
  private func keepConnections() {
    guard running.count > room else { return }
    room = running.count * 2
    unsafe ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, room)
  }
}

/// The library as a whole.
enum CurlLibrary {
  /// Initialised once; thread-safe since libcurl 7.84.
  static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
