import Fallback

/// How the refresh of one credential went.
struct Renewal: Sendable {
  enum End: Sendable, Hashable {
    /// There is a new secret.
    case renewed
    /// Somebody else had it renewed already.
    case adopted
    /// The secret is what it was.
    case unchanged
    /// `isFinal`: only a new login helps.
    case failed(isFinal: Bool)
  }

  var end: End
  /// HTTP status of the answer, where one came.
  var status: Int?
  /// For people: what happened and, after a failure, what to do. Without secrets.
  var detail: String
  /// A request left this machine.
  var didSend = false
  /// The new secret where it could not be saved: this process at least goes on with it.
  var unsaved: HeldCredential?
  /// When the pair that was renewed had been obtained: the login is at least as old.
  var loginAge: Milliseconds?
  /// When the next request will be made; nil: at once, or never.
  var retryAt: Milliseconds?

  init(_ end: End, status: Int? = nil, _ detail: String = "", didSend: Bool = false) {
    self.end = end
    self.status = status
    self.detail = detail
    self.didSend = didSend
  }
}
