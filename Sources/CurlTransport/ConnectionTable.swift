import CCurl
import Calls
import Fallback
import Glibc

/// What the kernel says about a connection's sending side.
package struct ConnectionFacts: Equatable {
  /// The peer has said that it will send nothing more (CLOSE_WAIT).
  package var isClosedByPeer: Bool
  /// Bytes that the peer's kernel has acknowledged since the connection began.
  package var acknowledged: UInt64

  package init(isClosedByPeer: Bool, acknowledged: UInt64) {
    self.isClosedByPeer = isClosedByPeer
    self.acknowledged = acknowledged
  }

  /// Nil when the socket is not a TCP socket.
  package init?(of socket: Int32) {
    var state: Int32 = 0
    var acknowledged: UInt64 = 0
    guard unsafe ccurl_tcp_state(socket, &state, &acknowledged) == 0 else { return nil }
    self.init(isClosedByPeer: state == Int32(TCP_CLOSE_WAIT), acknowledged: acknowledged)
  }

  /// Whether a request that was written between two looks at the connection certainly was not read:
  /// the peer closed in order and had not received a byte of it.
  ///
  /// An end by RST proves nothing: the acknowledgement may have been on its way.
  package static func wasNeverRead(before: ConnectionFacts, atClose: ConnectionFacts) -> Bool {
    atClose.isClosedByPeer && atClose.acknowledged == before.acknowledged
  }
}

/// One open connection.
final class Connection {
  let socket: Int32
  fileprivate var endpoints: ConnectionTable.Endpoints?
  fileprivate var idleSince: Instant?
  /// The transfer that may have to be repeated, and the facts before it wrote.
  fileprivate var user: Transfer?
  fileprivate var before: ConnectionFacts?

  fileprivate init(_ socket: Int32) { self.socket = socket }
}

/// The open connections of one event loop, and who uses them.
///
/// libcurl repeats a request by itself when a reused connection ends before the first byte of the
/// answer. It is right when the server had closed the idle connection, and wrong when the server had
/// read the request: a completion would be paid for twice. This table tells the two apart:
///
/// - A connection on which something has arrived while it was idle is not used: nothing is sent on
///   it, and the request begins anew on a fresh one. libcurl itself looks for a closed connection,
///   but behind TLS takes the closing alert for a sign of life.
/// - A POST is repeated only when its first sending was never read.
/// - Everything else surfaces as `reset`, where the caller's own, recorded retry decides.
final class ConnectionTable {
  /// Both ends: unique among open connections.
  struct Endpoints: Hashable {
    var peer: String
    var peerPort: Int32
    var localPort: Int32
  }

  enum Verdict {
    case send
    /// The server may have read the request already.
    case mayHaveBeenRead
    /// The connection is not to be used.
    case stale
  }

  /// Servers close connections after seconds of silence. On one that has just been used, the system
  /// call to prove that a request was not read costs more than the chance is worth.
  private static let minIdle: Milliseconds = 300

  private let events: EventSet
  private let gate: LookUpGate
  private let clock: LoopClock
  private var bySocket: [Int32: Connection] = [:]
  private var byEndpoints: [Endpoints: Connection] = [:]

  init(_ events: EventSet, _ gate: LookUpGate, clock: LoopClock) {
    self.events = events
    self.gate = gate
    self.clock = clock
  }

  func opened(_ socket: Int32, by transfer: Transfer) {
    events.opened(socket)
    gate.passed(transfer, isFresh: true)
    let connection = Connection(socket)
    bySocket[socket] = connection
    transfer.opened.append(connection)
  }

  /// A transfer is about to write its request.
  func beginsRequest(_ transfer: Transfer, at endpoints: Endpoints) -> Verdict {
    gate.passed(transfer, isFresh: false)
    let kept = transfer.opened.isEmpty ? byEndpoints[endpoints] : nil
    if let kept, transfer.checked.origin.scheme == "https", Self.hasNews(kept.socket) {
      return .stale
    }
    transfer.sendings += 1
    if transfer.sendings > 1, !transfer.mayRepeat { return .mayHaveBeenRead }
    transfer.mayRepeat = transfer.checked.request.method == .get
    transfer.connection = kept ?? settle(transfer, at: endpoints)
    if let kept, !transfer.mayRepeat { noteReuse(of: kept, by: transfer) }
    return .send
  }

  /// A transfer is over; its connection may stay open.
  func ended(_ transfer: Transfer) {
    transfer.connection?.user = nil
    transfer.connection?.idleSince = clock.now
    transfer.connection = nil
    transfer.opened.removeAll()
  }

  /// curl is done with a socket.
  func closes(_ socket: Int32) {
    if let connection = bySocket.removeValue(forKey: socket) {
      if let endpoints = connection.endpoints, byEndpoints[endpoints] === connection {
        byEndpoints[endpoints] = nil
      }
      if let user = connection.user, let before = connection.before,
        let after = ConnectionFacts(of: socket)
      {
        user.mayRepeat = ConnectionFacts.wasNeverRead(before: before, atClose: after)
      }
      connection.user = nil
    }
    events.closes(socket)
    close(socket)
  }

  /// Finds the one of the sockets just opened that became the connection.
  private func settle(_ transfer: Transfer, at endpoints: Endpoints) -> Connection? {
    let connection = transfer.opened.first {
      bySocket[$0.socket] === $0 && ccurl_local_port($0.socket) == endpoints.localPort
    }
    transfer.opened.removeAll()
    guard let connection else { return nil }
    connection.endpoints = endpoints
    byEndpoints[endpoints] = connection
    return connection
  }

  private func noteReuse(of connection: Connection, by transfer: Transfer) {
    guard let idleSince = connection.idleSince,
      idleSince.advanced(by: Self.minIdle) <= clock.now
    else { return }
    connection.before = ConnectionFacts(of: connection.socket)
    connection.user = transfer
  }

  /// Bytes or an end that nobody has asked for.
  private static func hasNews(_ socket: Int32) -> Bool {
    var byte: UInt8 = 0
    let count = unsafe recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    return count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)
  }
}
