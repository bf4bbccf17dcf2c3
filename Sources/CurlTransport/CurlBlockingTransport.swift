package import Calls
import Fallback
import Synchronization

/// Sends requests on the calling thread. Any number of threads may send at once; event loops, and
/// with them the open connections, pass from one call to the next.
package final class CurlBlockingTransport: BlockingTransport {
  /// Loops kept for later calls.
  private static let maxKept = 64

  private let options: CurlOptions
  private let check = RequestCheck()
  private let kept = Mutex<[Line]>([])
  private let budget: BodyBudget

  package init(_ options: CurlOptions = CurlOptions()) {
    self.options = options
    budget = BodyBudget(options.sharedBodyBytes)
  }

  package func send(_ request: HTTPRequest, cancellation: Cancellation) -> HTTPReply {
    guard !cancellation.isCancelled else { return .cancelledBeforeSending }
    do {
      let checked = try check.check(request)
      let line = try takeLine()
      defer { keep(line) }
      return line.send(checked, cancellation)
    } catch let refusal as Refusal {
      return refusal.reply
    } catch let failure as LoopFailure {
      return failure.reply
    } catch {
      return HTTPReply(fault: .unreachable)
    }
  }

  private func takeLine() throws(LoopFailure) -> Line {
    // The last one put back: its connections are the freshest.
    if let line = kept.withLock({ $0.popLast() }) { return line }
    return try Line(options, budget)
  }

  private func keep(_ line: Line) {
    kept.withLock { if $0.count < Self.maxKept { $0.append(line) } }
  }
}

/// An event loop that carries one request at a time.
///
/// `@unchecked Sendable`: a line is either in the pool, where nobody uses it, or was taken out under
/// the pool's lock by exactly one call, which alone uses it until it puts it back.
private final class Line: @unchecked Sendable {
  private let loop: TransferLoop
  private let waker: Waker

  init(_ options: CurlOptions, _ budget: BodyBudget) throws(LoopFailure) {
    guard let waker = Waker() else { throw LoopFailure(systemError: lastSystemError()) }
    self.waker = waker
    loop = try TransferLoop(options, budget, waker: waker)
  }

  func send(_ checked: CheckedRequest, _ cancellation: Cancellation) -> HTTPReply {
    let ticket = cancellation.add { [waker] _ in waker.wake() }
    defer { cancellation.remove(ticket) }
    var reply: HTTPReply?
    loop.start(id: 0, checked) { reply = $0 }
    while true {
      if cancellation.isCancelled { loop.cancel(id: 0) }
      loop.advance()
      if let reply { return reply }
      loop.wait(mayBlock: true)
      if let reply { return reply }
    }
  }
}
