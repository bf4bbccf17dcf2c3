import Calls
import Fallback
import Synchronization

/// A clock that moves only when told to.
final class ManualClock: Sendable {
  private let state: Mutex<Milliseconds>
  init(_ start: Milliseconds = 1_000_000) { state = Mutex(start) }
  var now: Milliseconds { state.withLock { $0 } }
  func advance(by span: Milliseconds) { state.withLock { $0 += span } }
  func advance(to time: Milliseconds) { state.withLock { $0 = max($0, time) } }
}

/// Answers from a list, on both paths; the last one repeats.
final class ScriptedTransport: BlockingTransport, AsyncTransport {
  private let replies: Mutex<[HTTPReply]>
  private let log = Mutex<[String]>([])
  private let sent = Mutex<[Milliseconds]>([])
  private let clock: ManualClock
  /// Cancels in the middle of this request (1 is the first).
  private let cancelsDuring: Int?

  init(_ replies: [HTTPReply], clock: ManualClock, cancelsDuring: Int? = nil) {
    self.replies = Mutex(replies)
    self.clock = clock
    self.cancelsDuring = cancelsDuring
  }

  /// URL and body of every request.
  var requests: [String] { log.withLock { $0 } }
  /// When each went out.
  var times: [Milliseconds] { sent.withLock { $0 } }

  func send(_ request: HTTPRequest, cancellation: Cancellation) -> HTTPReply {
    // As the real ones: without any time nothing is sent.
    guard request.timeouts.total > 0 else { return HTTPReply(fault: .timeout) }
    sent.withLock { $0.append(clock.now) }
    let number = log.withLock { log in
      log.append(request.url + " " + String(decoding: request.body, as: UTF8.self))
      return log.count
    }
    clock.advance(by: 10)
    if number == cancelsDuring { cancellation.cancel(.user) }
    return replies.withLock { replies in
      replies.count > 1 ? replies.removeFirst() : replies.first ?? HTTPReply(fault: .refused)
    }
  }

  // The protocols differ in `async` alone; one cannot satisfy both by the same function.
  func send(_ request: HTTPRequest, cancellation: Cancellation) async -> HTTPReply {
    blocking(request, cancellation)
  }

  private func blocking(_ request: HTTPRequest, _ cancellation: Cancellation) -> HTTPReply {
    send(request, cancellation: cancellation)
  }
}

/// A source of fixed keys without marks.
struct FixedSource: CredentialSource {
  var keys: [String] = []
  /// A refresh never comes to an end.
  var isStalling = false
  /// Limits requests to one every so many milliseconds.
  var pace: Pace?

  /// The end of the minute's last place, as the store would keep it.
  final class Pace: Sendable {
    let span: Milliseconds
    private let next: Mutex<Milliseconds>
    /// Places taken by calls that had used up their first.
    let taken = Mutex(0)

    init(span: Milliseconds, from start: Milliseconds) {
      self.span = span
      next = Mutex(start + span)
    }

    func take(_ now: Milliseconds, _ deadline: Milliseconds?) -> Milliseconds {
      next.withLock { next in
        let time = max(now, next)
        if let deadline, time > deadline { return time }
        next = time + span
        taken.withLock { $0 += 1 }
        return time
      }
    }
  }

  func needsPlace(_ route: Route) -> Bool { pace != nil }

  func placeAgain(
    for use: RouteUse, tokens: Int, now: Milliseconds, deadline: Milliseconds?
  ) -> Milliseconds { pace?.take(now, deadline) ?? now }

  private func reference(_ id: String, _ revision: Int = 0) -> CredentialReference {
    CredentialReference(
      id: id, label: id, fingerprint: "\(id)-\(revision)", isRefreshable: id.hasPrefix("oauth"))
  }

  func acquire(_ order: AcquireOrder, route: Route, now: Milliseconds) -> Event {
    if keys.isEmpty {
      return .acquired(now, Acquisition(credential: nil, baseURL: route.baseURL))
    }
    let left = keys.filter { !order.excluding.contains($0) }
    guard let first = left.first else {
      return .unavailable(now, Unavailability(reason: .noCredential))
    }
    return .acquired(
      now,
      Acquisition(
        credential: reference(first), baseURL: route.baseURL, alternates: left.count - 1))
  }

  func header(for order: SendOrder, route: Route) -> CredentialHeader? { nil }
  func headers(for route: Route) -> [(name: String, value: String)] { [] }

  func refresh(
    _ order: RefreshOrder, route: Route, now: Milliseconds,
    told: @escaping @Sendable (RefreshReport) -> Void
  ) -> Bool {
    guard !isStalling else { return true }
    told(
      RefreshReport(
        outcome: .renewed(reference(order.credential.id, 1)), startedAt: now, didSend: true))
    return true
  }

  func apply(_ effects: [Effect], job: Int64, now: Milliseconds) {}
}
