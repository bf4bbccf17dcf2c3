import Calls
import CurlTransport
import Fallback
import Glibc
import Platform
import Simulator
import Testing

/// The two ways to send; every promise holds for both.
enum Path: String, CaseIterable, Sendable {
  case blocking, async
}

/// One transport of either kind behind one function.
struct Sender: Sendable {
  private let blocking: CurlBlockingTransport?
  private let async: CurlAsyncTransport?

  init(_ path: Path, _ options: CurlOptions = CurlOptions(proxy: ProxySettings())) {
    blocking = path == .blocking ? CurlBlockingTransport(options) : nil
    async = path == .async ? CurlAsyncTransport(options) : nil
  }

  func send(
    _ request: HTTPRequest, cancellation: Cancellation = Cancellation()
  ) async -> HTTPReply {
    if let async { return await async.send(request, cancellation: cancellation) }
    // On a thread of its own: blocking one of the few that all tests share would slow the others.
    return await onThread { [blocking] in
      blocking?.send(request, cancellation: cancellation) ?? HTTPReply()
    }
  }
}

extension HTTPRequest {
  /// A POST with limits that no working answer comes near.
  static func to(
    _ url: String, body: String = "{\"q\":1}", method: Method = .post,
    credential: CredentialHeader? = nil, timeouts: Timeouts = .ample, maxBodyBytes: Int = 1 << 20
  ) -> HTTPRequest {
    HTTPRequest(
      method: method, url: url, headers: [("Content-Type", "application/json")],
      credential: credential, body: method == .post ? Array(body.utf8) : [], timeouts: timeouts,
      maxBodyBytes: maxBodyBytes)
  }
}

extension Timeouts {
  /// Far beyond what a slow machine under load needs.
  static let ample = Timeouts(
    connect: 300_000, firstByte: 300_000, idle: 300_000, total: 300_000)
}

/// Runs a function on a new thread.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    beginThread { continuation.resume(returning: body()) }
  }
}

/// Begins a thread that nobody waits for; without threads it runs here.
func beginThread(_ body: @escaping @Sendable () -> Void) {
  let began = try? OSThread(name: "test") { body() }
  if began == nil { body() }
}

/// Milliseconds of the monotonic clock.
func milliseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}

struct WaitedTooLong: Error {}

/// Looks every millisecond whether something has come true.
func waitUntil(_ condition: @Sendable () -> Bool) async throws {
  let end = milliseconds() + 300_000
  while !condition() {
    if milliseconds() > end { throw WaitedTooLong() }
    try await Task.sleep(for: .milliseconds(1))
  }
}

func pause(microseconds: UInt32) { usleep(microseconds) }

/// Runs something that must take a time within bounds. Never too short; once in forty tries is enough
/// for not too long, since the other tests and programs use this machine too.
///
/// - Parameters:
///   - bounds: In milliseconds.
///   - run: Gives the reply and the time it took.
/// - Returns: The last reply.
/// - Throws: What `run` throws.
func expectTime(
  _ bounds: ClosedRange<Int64>, _ run: () async throws -> (HTTPReply, Int64)
) async throws -> HTTPReply {
  var last = HTTPReply()
  var elapsed: Int64 = 0
  for _ in 0..<40 {
    (last, elapsed) = try await run()
    #expect(elapsed >= bounds.lowerBound)
    if elapsed <= bounds.upperBound { return last }
  }
  Issue.record("took \(elapsed) ms, more than \(bounds.upperBound)")
  return last
}
