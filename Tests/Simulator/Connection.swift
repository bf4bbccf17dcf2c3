import Glibc

/// One connection, served on a thread of its own: reads requests and does what the script says.
struct Connection {
  private static let maxRequestBytes = 64 << 20

  private let socket: Int32
  private let number: Int
  private let provider: ProviderState
  private var buffer: [UInt8] = []

  init(_ socket: Int32, number: Int, provider: ProviderState) {
    self.socket = socket
    self.number = number
    self.provider = provider
  }

  mutating func serve() {
    Sockets.setOption(socket, Int32(IPPROTO_TCP), TCP_NODELAY)
    if let raw = provider.raw {
      // What was not read when it closes would turn its end into a reset.
      if receive() { _ = raw.steps.allSatisfy { perform($0) } }
    } else {
      while let request = readRequest() {
        if !perform(provider.arrived(request)) { break }
      }
    }
    provider.closes(socket)
  }

  /// False when the connection is over.
  private func perform(_ behaviour: Behaviour) -> Bool {
    let last = behaviour.steps.lastIndex { if case .send = $0 { true } else { false } }
    var isRunning = true
    defer { if isRunning { provider.answered() } }
    for (index, step) in behaviour.steps.enumerated() {
      if index == last {
        // Before the last byte goes out: the client's next request may come at once.
        isRunning = false
        provider.answered()
      }
      guard perform(step) else { return false }
    }
    return true
  }

  private func perform(_ step: Behaviour.Step) -> Bool {
    switch step {
    case .send(let bytes): return Sockets.send(bytes[...], to: socket)
    case .wait(let milliseconds):
      return Sockets.wait(socket, milliseconds: Int32(clamping: milliseconds))
    case .drip(let bytes, let count, let milliseconds):
      return drip(bytes, count, Int32(clamping: milliseconds))
    case .endless(let bytes):
      while Sockets.send(bytes[...], to: socket) {}
      return false
    case .endlessly(let bytes, let milliseconds):
      while Sockets.send(bytes[...], to: socket),
        Sockets.wait(socket, milliseconds: Int32(clamping: milliseconds))
      {}
      return false
    case .stall:
      _ = Sockets.wait(socket, milliseconds: -1)
      return false
    case .close: return false
    case .reset:
      Sockets.discardOnClose(socket)
      return false
    }
  }

  private func drip(_ bytes: [UInt8], _ count: Int, _ milliseconds: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard Sockets.send(rest.prefix(max(1, count)), to: socket),
        Sockets.wait(socket, milliseconds: milliseconds)
      else { return false }
      rest = rest.dropFirst(max(1, count))
    }
    return true
  }

  /// The next request; nil when the client is gone or speaks something else.
  private mutating func readRequest() -> SimulatedRequest? {
    var searched = 0
    while true {
      if let end = endOfHead(from: searched) { return readBody(headEnd: end) }
      searched = max(0, buffer.count - 3)
      guard buffer.count < Self.maxRequestBytes, receive() else { return nil }
    }
  }

  private func endOfHead(from start: Int) -> Int? {
    let mark: [UInt8] = [0x0d, 0x0a, 0x0d, 0x0a]
    var index = start
    while index + 4 <= buffer.count {
      if buffer[index] == mark[0], buffer[index..<(index + 4)].elementsEqual(mark) {
        return index + 4
      }
      index += 1
    }
    return nil
  }

  private mutating func readBody(headEnd: Int) -> SimulatedRequest? {
    guard var request = SimulatedRequest(head: buffer[..<headEnd], connection: number) else {
      return nil
    }
    let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
    while buffer.count < headEnd + length {
      guard buffer.count < Self.maxRequestBytes, receive() else { return nil }
    }
    request.body = Array(buffer[headEnd..<(headEnd + length)])
    request.milliseconds = Sockets.now()
    buffer.removeFirst(headEnd + length)
    return request
  }

  private mutating func receive() -> Bool {
    let count = withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 1) { space in
      let count = recv(socket, space.baseAddress, space.count, 0)
      if count > 0 { buffer.append(contentsOf: UnsafeRawBufferPointer(space)[..<count]) }
      return count
    }
    return count > 0
  }
}
