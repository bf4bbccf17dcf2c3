import Glibc

/// The simulator could not open a socket.
package struct SimulatorError: Error {
  package var operation: String
  package var systemError: Int32
}

/// Sockets on 127.0.0.1 and its neighbours, which are this machine too.
enum Sockets {
  /// A listening socket and its port.
  static func listen(
    port: UInt16, host: UInt8 = 1, backlog: Int32
  ) throws(SimulatorError) -> (Int32, UInt16) {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { throw SimulatorError(operation: "socket", systemError: errno) }
    setOption(socket, SOL_SOCKET, SO_REUSEADDR)
    var name = address(port, host)
    let bound = withAddress(&name) { bind(socket, $0, $1) }
    guard bound == 0, Glibc.listen(socket, backlog) == 0 else {
      defer { close(socket) }
      throw SimulatorError(operation: "listen", systemError: errno)
    }
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withAddress(&name) { pointer, _ in getsockname(socket, pointer, &size) }
    return (socket, UInt16(bigEndian: name.sin_port))
  }

  /// A connection that is begun but not waited for.
  static func beginConnecting(to port: UInt16) -> Int32 {
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let socket = Glibc.socket(AF_INET, Int32(kind), 0)
    var name = address(port)
    _ = withAddress(&name) { connect(socket, $0, $1) }
    return socket
  }

  /// The next connection of a listening socket; nil with `errno` set.
  static func accept(_ socket: Int32) -> Int32? {
    let client = Glibc.accept(socket, nil, nil)
    guard client >= 0 else { return nil }
    _ = fcntl(client, F_SETFD, FD_CLOEXEC)
    return client
  }

  static func setOption(_ socket: Int32, _ level: Int32, _ name: Int32) {
    var one: Int32 = 1
    setsockopt(socket, level, name, &one, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Closing it will send RST.
  static func discardOnClose(_ socket: Int32) {
    var value = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
  }

  static func send(_ bytes: ArraySlice<UInt8>, to socket: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Waits; false when the other side has gone meanwhile.
  static func wait(_ socket: Int32, milliseconds: Int32) -> Bool {
    // POLLRDHUP: the other side has closed its sending half.
    var entry = pollfd(fd: socket, events: 0x2000, revents: 0)
    return poll(&entry, 1, milliseconds) == 0
  }

  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  private static func address(_ port: UInt16, _ host: UInt8 = 1) -> sockaddr_in {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    name.sin_addr = in_addr(s_addr: (0x7f00_0000 | UInt32(host)).bigEndian)
    return name
  }

  private static func withAddress(
    _ name: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}

/// Starts a detached thread with a small stack; false when there is none to be had.
func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setstacksize(&attributes, 256 << 10)
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  let context = Unmanaged.passRetained(ThreadBody(body))
  var thread = pthread_t()
  if pthread_create(&thread, &attributes, runThreadBody, context.toOpaque()) == 0 { return true }
  context.release()
  return false
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runThreadBody(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let context { Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run() }
  return nil
}
