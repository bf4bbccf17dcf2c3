import Fallback
import Queue

extension Query {
  fileprivate static let pacedRequests: Query = """
    SELECT at, tokens FROM paced WHERE provider = ? AND credential = ? AND at > ?
    ORDER BY at DESC
    """
  fileprivate static let pace: Query = """
    INSERT INTO paced (provider, credential, at, tokens) VALUES (?, ?, ?, ?)
    """
  fileprivate static let forgetPaced: Query = """
    DELETE FROM paced WHERE provider = ? AND credential = ? AND at <= ?
    """
}

/// Places in the minute, given out inside the transaction, where all processes take turns.
extension Writer {
  mutating func pace(_ request: PaceRequest) throws(StoreError) -> PaceAnswer {
    let oldest = request.now - PaceLimits.window
    // A clock that was set back must not block the provider for longer than a window.
    let past = try paced(request, since: oldest).filter {
      $0.at <= request.now + 10 * PaceLimits.window
    }
    let start = request.limits.start(tokens: request.tokens, after: past, now: request.now)
    guard start <= request.latest else { return .notBefore(start) }
    var forget = try db.statement(.forgetPaced)
    forget.bind(request.provider)
    forget.bind(request.credential)
    forget.bind(oldest)
    try forget.run()
    var add = try db.statement(.pace)
    add.bind(request.provider)
    add.bind(request.credential)
    add.bind(start)
    add.bind(Int64(request.tokens))
    try add.run()
    return .granted(start)
  }

  private mutating func paced(
    _ request: PaceRequest, since oldest: Milliseconds
  ) throws(StoreError) -> [PacedRequest] {
    var past: [PacedRequest] = []
    var find = try db.statement(.pacedRequests)
    find.bind(request.provider)
    find.bind(request.credential)
    find.bind(oldest)
    while try find.step() {
      past.append(PacedRequest(at: find.int(0), tokens: Int(find.int(1))))
    }
    return past
  }
}
