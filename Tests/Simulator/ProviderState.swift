import Glibc
import Synchronization

/// What the threads of one provider share.
final class ProviderState: Sendable {
  private struct State {
    var queue: [Behaviour] = []
    var script: (@Sendable (SimulatedRequest) -> Behaviour)?
    var usual: Behaviour
    var requests: [SimulatedRequest] = []
    var requestCount = 0
    var running = 0
    var maxConcurrent = 0
    var sockets: [Int32: Int] = [:]
    var connections = 0
    var threads = 0
    var isStopped = false
  }

  /// Requests kept at most; later ones are only counted.
  private static let maxRecorded = 100_000

  /// Done once the first bytes of a connection are there; nil: requests are read.
  let raw: Behaviour?
  private let records: Bool
  private let state: Mutex<State>

  init(records: Bool, usual: Behaviour, raw: Behaviour?) {
    self.records = records
    self.raw = raw
    state = Mutex(State(usual: usual))
  }

  var requests: [SimulatedRequest] { state.withLock { $0.requests } }
  var requestCount: Int { state.withLock { $0.requestCount } }
  var maxConcurrent: Int { state.withLock { $0.maxConcurrent } }
  var connectionCount: Int { state.withLock { $0.connections } }
  var openConnections: Int { state.withLock { $0.sockets.count } }

  func append(_ behaviours: [Behaviour]) { state.withLock { $0.queue += behaviours } }
  func setUsual(_ behaviour: Behaviour) { state.withLock { $0.usual = behaviour } }
  func setScript(_ script: @escaping @Sendable (SimulatedRequest) -> Behaviour) {
    state.withLock { $0.script = script }
  }

  func forget() {
    state.withLock {
      $0.requests = []
      $0.requestCount = 0
      $0.maxConcurrent = $0.running
    }
  }

  /// Notes a request and says what to do with it.
  func arrived(_ request: SimulatedRequest) -> Behaviour {
    let (behaviour, script) = state.withLock { state in
      state.requestCount += 1
      if records, state.requests.count < Self.maxRecorded { state.requests.append(request) }
      state.running += 1
      state.maxConcurrent = max(state.maxConcurrent, state.running)
      let next = state.queue.isEmpty ? nil : state.queue.removeFirst()
      return (next ?? (state.script == nil ? state.usual : nil), state.script)
    }
    return behaviour ?? script?(request) ?? .hangUp
  }

  func answered() { state.withLock { $0.running -= 1 } }

  /// A connection came in. Its number, or nil when the provider has stopped.
  func opened(_ socket: Int32) -> Int? {
    state.withLock {
      guard !$0.isStopped else { return nil }
      $0.connections += 1
      $0.sockets[socket] = $0.connections
      return $0.connections
    }
  }

  /// Closes a connection; under the lock, so that `stop` never touches a number used again.
  func closes(_ socket: Int32) {
    state.withLock {
      $0.sockets[socket] = nil
      close(socket)
    }
  }

  func threadBegins() { state.withLock { $0.threads += 1 } }
  func threadEnds() { state.withLock { $0.threads -= 1 } }

  /// Ends all connections, which ends their threads; waits up to 5 s for them.
  func stop(listening socket: Int32) {
    state.withLock { state in
      state.isStopped = true
      shutdown(socket, Int32(SHUT_RDWR))
      for socket in state.sockets.keys { shutdown(socket, Int32(SHUT_RDWR)) }
    }
    let end = Sockets.now() + 5000
    while state.withLock({ $0.threads }) > 0, Sockets.now() < end { usleep(500) }
  }
}
