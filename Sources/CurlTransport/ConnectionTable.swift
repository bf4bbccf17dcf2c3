import CCurl
import Calls
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

  private struct Connection {
    var endpoints: Endpoints?
    var before: ConnectionFacts?
    var user: Transfer?
  }

  private let events: EventSet
  private var connections: [Int32: Connection] = [:]
  private var sockets: [Endpoints: Int32] = [:]

  init(_ events: EventSet) { self.events = events }

  /// Number of open connections.
  var count: Int { connections.count }

  func opened(_ socket: Int32, by transfer: Transfer) {
    events.opened(socket)
    connections[socket] = Connection()
    transfer.opened.append(socket)
  }

  enum Verdict {
    case send
    /// The server may have read the request already.
    case mayHaveBeenRead
    /// The connection is not to be used.
    case stale
  }

  /// A transfer is about to write its request.
  func beginsRequest(_ transfer: Transfer, at endpoints: Endpoints) -> Verdict {
    let isReused = transfer.opened.isEmpty
    if isReused, let socket = sockets[endpoints], transfer.checked.origin.scheme == "https",
      Self.hasNews(socket)
    {
      return .stale
    }
    transfer.sendings += 1
    if transfer.sendings > 1, !transfer.mayRepeat { return .mayHaveBeenRead }
    transfer.mayRepeat = transfer.checked.request.method == .get
    if isReused {
      noteReuse(by: transfer, at: endpoints)
    } else {
      noteFresh(transfer, at: endpoints)
    }
    return .send
  }

  /// Bytes or an end that nobody has asked for.
  private static func hasNews(_ socket: Int32) -> Bool {
    var byte: UInt8 = 0
    let count = unsafe recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    return count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK)
  }

  /// curl repeats only on a connection that was used before, so a fresh one needs no look now.
  private func noteFresh(_ transfer: Transfer, at endpoints: Endpoints) {
    for socket in transfer.opened where ccurl_local_port(socket) == endpoints.localPort {
      guard connections[socket] != nil else { continue }
      connections[socket]?.endpoints = endpoints
      sockets[endpoints] = socket
    }
    transfer.opened.removeAll()
  }

  private func noteReuse(by transfer: Transfer, at endpoints: Endpoints) {
    guard transfer.checked.request.method == .post, let socket = sockets[endpoints] else { return }
    connections[socket]?.before = ConnectionFacts(of: socket)
    connections[socket]?.user = transfer
    transfer.socket = socket
  }

  /// A transfer is over; its connection may stay open.
  func ended(_ transfer: Transfer) {
    guard let socket = transfer.socket else { return }
    transfer.socket = nil
    connections[socket]?.user = nil
  }

  /// curl is done with a socket.
  func closes(_ socket: Int32) {
    if let connection = connections.removeValue(forKey: socket) {
      if let endpoints = connection.endpoints, sockets[endpoints] == socket {
        sockets[endpoints] = nil
      }
      if let user = connection.user, let before = connection.before,
        let after = ConnectionFacts(of: socket)
      {
        user.mayRepeat = ConnectionFacts.wasNeverRead(before: before, atClose: after)
        user.socket = nil
      }
    }
    events.closes(socket)
    close(socket)
  }
}
