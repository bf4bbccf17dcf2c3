import CCurl
import Calls
import Fallback
import Glibc

// Callbacks of a transfer. Top-level functions: a closure could inherit an actor's isolation and
// would trap on curl's thread.

private func handle(_ context: UnsafeMutableRawPointer?) -> EasyHandle? {
  unsafe context.map { unsafe Unmanaged<EasyHandle>.fromOpaque($0).takeUnretainedValue() }
}

/// CURLOPT_WRITEFUNCTION. Less than all of it ends the transfer.
func curlReceivesBody(
  _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
  _ context: UnsafeMutableRawPointer?
) -> Int {
  let piece = unsafe UnsafeRawBufferPointer(start: data, count: size * count)
  guard let transfer = unsafe handle(context)?.transfer, unsafe transfer.receiveBody(piece) else {
    return 0
  }
  return piece.count
}

/// CURLOPT_HEADERFUNCTION: one line at a time.
func curlReceivesHeader(
  _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
  _ context: UnsafeMutableRawPointer?
) -> Int {
  let line = unsafe UnsafeRawBufferPointer(start: data, count: size * count)
  guard let transfer = unsafe handle(context)?.transfer, unsafe transfer.receiveHeader(line) else {
    return 0
  }
  return line.count
}

/// CURLOPT_PREREQFUNCTION: connected, nothing written yet. Called again when curl means to repeat.
func curlBeginsRequest(
  _ context: UnsafeMutableRawPointer?, _ peer: UnsafeMutablePointer<CChar>?,
  _ local: UnsafeMutablePointer<CChar>?, _ peerPort: Int32, _ localPort: Int32
) -> Int32 {
  guard let easy = unsafe handle(context), let transfer = easy.transfer,
    let peer = unsafe peer.map({ unsafe String(cString: $0) })
  else { return CURL_PREREQFUNC_ABORT }
  // A connection that an unbound request opened must not take a bound one elsewhere.
  if transfer.checked.requiresLoopback, !Origin.isLoopback(address: peer) {
    transfer.stop = .notLoopback
    return CURL_PREREQFUNC_ABORT
  }
  // Where a proxy was asked for the connection, the address is the proxy's.
  if transfer.checked.requiresPublic, !easy.isTunnelled, HostAddress.classify(peer) != .public {
    transfer.stop = .privateAddress(peer)
    return CURL_PREREQFUNC_ABORT
  }
  let endpoints = ConnectionTable.Endpoints(peer: peer, peerPort: peerPort, localPort: localPort)
  switch easy.connections.beginsRequest(transfer, at: endpoints) {
  case .send:
    transfer.beginsSending()
    return CURL_PREREQFUNC_OK
  case .mayHaveBeenRead: transfer.stop = .mayHaveBeenRead
  case .stale: transfer.stop = .staleConnection
  }
  return CURL_PREREQFUNC_ABORT
}

/// CURLOPT_OPENSOCKETFUNCTION: the address is resolved, nothing is connected yet.
func curlOpensSocket(
  _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype,
  _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
  guard let easy = unsafe handle(context), let transfer = easy.transfer,
    let address = unsafe address
  else { return CURL_SOCKET_BAD }
  if transfer.checked.requiresLoopback, unsafe ccurl_is_loopback(address) == 0 {
    transfer.stop = .notLoopback
    return CURL_SOCKET_BAD
  }
  if transfer.checked.requiresPublic, !easy.mayTunnel {
    var text = [CChar](repeating: 0, count: 64)
    unsafe ccurl_address_text(address, &text, Int32(text.count))
    let numeric = String(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if HostAddress.classify(numeric) != .public {
      transfer.stop = .privateAddress(numeric)
      return CURL_SOCKET_BAD
    }
  }
  // Children that we start must not inherit a connection to a provider.
  let kind = unsafe address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
  let socket = unsafe socket(address.pointee.family, kind, address.pointee.protocol)
  if socket >= 0 { easy.connections.opened(socket, by: transfer) }
  return socket
}

/// CURLOPT_CLOSESOCKETFUNCTION.
func curlClosesSocket(_ context: UnsafeMutableRawPointer?, _ socket: curl_socket_t) -> Int32 {
  guard let context = unsafe context else { return Glibc.close(socket) }
  unsafe Unmanaged<ConnectionTable>.fromOpaque(context).takeUnretainedValue().closes(socket)
  return 0
}
