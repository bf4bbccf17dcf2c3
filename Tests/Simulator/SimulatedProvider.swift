import Glibc

/// A provider on a port of this machine that does what a test tells it: it answers, refuses, stalls,
/// cuts, drips, bombs and lies, and remembers what it was asked.
///
/// Each connection has a thread, so behaviours may wait; a thousand connections are fine. It stops
/// when it is released.
package final class SimulatedProvider: Sendable {
  package let port: UInt16
  private let host: UInt8
  private let state: ProviderState
  private let socket: Int32

  /// Opens the port and starts serving.
  ///
  /// - Parameters:
  ///   - port: 0 takes a free one.
  ///   - host: The last number of its address, 127.0.0.x.
  ///   - usual: What to do when nothing is queued and there is no script.
  ///   - records: Off, requests are only counted: for benchmarks.
  ///   - hangsUpAtOnce: Every connection is closed before anything is read.
  ///   - raw: What to do on every connection once its first bytes are there, whatever they are, instead
  ///     of reading requests: for what is no HTTP.
  /// - Returns: The running provider.
  /// - Throws: The port is taken, or there are no descriptors left.
  package static func start(
    port: UInt16 = 0, host: UInt8 = 1, usual: Behaviour = .text("ok"), records: Bool = true,
    hangsUpAtOnce: Bool = false, raw: Behaviour? = nil
  ) throws(SimulatorError) -> SimulatedProvider {
    let (socket, port) = try Sockets.listen(port: port, host: host, backlog: 4096)
    let state = ProviderState(records: records, usual: usual, raw: raw)
    let provider = SimulatedProvider(port: port, host: host, socket: socket, state: state)
    state.threadBegins()
    let began = startThread {
      accept(from: socket, state, hangsUpAtOnce: hangsUpAtOnce)
      state.threadEnds()
    }
    guard began else {
      state.threadEnds()
      throw SimulatorError(operation: "pthread_create", systemError: EAGAIN)
    }
    return provider
  }

  private init(port: UInt16, host: UInt8, socket: Int32, state: ProviderState) {
    self.port = port
    self.host = host
    self.socket = socket
    self.state = state
  }

  deinit {
    stop()
    close(socket)
  }

  /// `http://127.0.0.1:PORT`
  package var url: String { "http://127.0.0.\(host):\(port)" }

  /// Behaviours for the next requests, each used once, in order.
  package func enqueue(_ behaviours: Behaviour...) { state.append(behaviours) }

  /// As above.
  package func enqueue(_ behaviours: [Behaviour]) { state.append(behaviours) }

  /// What to do with all further requests when nothing is queued.
  package func setUsual(_ behaviour: Behaviour) { state.setUsual(behaviour) }

  /// Decides from the request, when nothing is queued. Called on the connection's thread.
  package func answer(with script: @escaping @Sendable (SimulatedRequest) -> Behaviour) {
    state.setScript(script)
  }

  /// The requests so far in the order of arrival, at most 100,000.
  package var requests: [SimulatedRequest] { state.requests }
  /// How many there were.
  package var requestCount: Int { state.requestCount }
  /// The most requests that were being worked on at once.
  package var maxConcurrent: Int { state.maxConcurrent }
  /// Connections that were ever made.
  package var connectionCount: Int { state.connectionCount }
  /// Connections open now.
  package var openConnections: Int { state.openConnections }

  /// Whether a text stood anywhere in a recorded request.
  package func hasSeen(_ text: String) -> Bool {
    requests.contains { request in
      Self.contains(request.head, text) || Self.contains(request.body, text)
    }
  }

  /// Forgets the requests so far.
  package func forget() { state.forget() }

  /// Ends all connections and frees the port; nothing happens the second time.
  package func stop() { state.stop(listening: socket) }

  private static func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    String(decoding: bytes, as: UTF8.self).contains(text)
  }

  private static func accept(
    from socket: Int32, _ state: ProviderState, hangsUpAtOnce: Bool
  ) {
    while true {
      guard let client = Sockets.accept(socket) else {
        if errno == EINTR || errno == ECONNABORTED { continue }
        if errno == EMFILE || errno == ENFILE {
          usleep(1000)
          continue
        }
        return
      }
      guard let number = state.opened(client) else {
        close(client)
        return
      }
      if hangsUpAtOnce || !serve(client, number, state) { state.closes(client) }
    }
  }

  private static func serve(_ client: Int32, _ number: Int, _ state: ProviderState) -> Bool {
    state.threadBegins()
    let began = startThread {
      var connection = Connection(client, number: number, provider: state)
      connection.serve()
      state.threadEnds()
    }
    if !began { state.threadEnds() }
    return began
  }
}

/// Addresses on this machine where nobody answers.
package enum Nobody {
  /// A port that was free a moment ago: connections to it are refused.
  package static func refusedURL() throws(SimulatorError) -> String {
    let (socket, port) = try Sockets.listen(port: 0, backlog: 1)
    close(socket)
    return "http://127.0.0.1:\(port)"
  }

  /// A port whose queue is full: connections to it are neither accepted nor refused.
  package final class FullPort: Sendable {
    package let url: String
    private let sockets: [Int32]

    package init() throws(SimulatorError) {
      let (socket, port) = try Sockets.listen(port: 0, backlog: 0)
      url = "http://127.0.0.1:\(port)"
      // The first is queued, the others find the queue full.
      sockets = [socket] + (0..<4).map { _ in Sockets.beginConnecting(to: port) }
    }

    deinit { for socket in sockets { close(socket) } }
  }
}
