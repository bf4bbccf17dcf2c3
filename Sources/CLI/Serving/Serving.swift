package import Calls
import Configuration
import Fallback
import Platform
import Queue
import Worker

/// A transport with threads of its own, and what ends them.
package typealias ClosableTransport = (
  transport: any AsyncTransport, shutdown: @Sendable () -> Void
)

/// What only the executable can give: the transports, and a way to hear of signals.
package struct Serving: Sendable {
  /// Makes the transport of the blocking path; the argument is a certificate file, or nil.
  package var makeBlocking: @Sendable (_ certificates: String?) -> any BlockingTransport
  /// Makes the transport of the async path, and what ends its threads.
  package var makeAsync:
    @Sendable (_ certificates: String?) -> (
      transport: any AsyncTransport, shutdown: @Sendable () -> Void
    )
  /// The transport's own reading of a URL.
  package var parseOrigin: @Sendable (String) -> Origin?
  package var signals: SignalRelay

  package init(
    makeBlocking: @escaping @Sendable (_ certificates: String?) -> any BlockingTransport,
    makeAsync: @escaping @Sendable (_ certificates: String?) -> ClosableTransport,
    parseOrigin: @escaping @Sendable (String) -> Origin?, signals: SignalRelay
  ) {
    self.makeBlocking = makeBlocking
    self.makeAsync = makeAsync
    self.parseOrigin = parseOrigin
    self.signals = signals
  }

  /// The engine over a store, from the session's settings.
  func engine(_ session: Session, _ store: any QueueStore) throws(Complaint) -> Engine {
    try session.engine(store, parseOrigin: parseOrigin, refreshing: makeBlocking)
  }
}

extension Session {
  /// Starts a thread of the program, or says that the system has no room for one.
  func starting<Value>(
    _ body: () throws(OSThread.StartError) -> Value
  ) throws(Complaint) -> Value {
    do throws(OSThread.StartError) {
      return try body()
    } catch {
      throw Complaint(
        .temporary, "no thread could be started: \(SystemError.text(error.errno))",
        remedy: "end other programs, or raise the limit: ulimit -u")
    }
  }
}
