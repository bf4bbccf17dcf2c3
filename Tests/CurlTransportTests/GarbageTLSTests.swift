import Calls
import CurlTransport
import Fallback
import Simulator
import Testing

/// What a server says instead of shaking hands, and what must become of the request.
struct GarbageCase: Sendable, CustomTestStringConvertible {
  let name: String
  let behaviour: Behaviour
  let fault: TransportFault
  let `class`: FailureClass

  var testDescription: String { name }

  init(
    _ name: String, _ steps: [Behaviour.Step], _ fault: TransportFault, _ class: FailureClass
  ) {
    self.name = name
    behaviour = Behaviour(steps)
    self.fault = fault
    self.class = `class`
  }

  /// The beginning of a TLS record: its type, version 1.2, and the length that it claims to have.
  private static func record(_ type: UInt8, length: UInt16, _ bytes: [UInt8]) -> [UInt8] {
    [type, 3, 3, UInt8(length >> 8), UInt8(length & 0xFF)] + bytes
  }

  private static let noise = (0..<512).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 41) }
  private static let page = Array("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".utf8)

  static let all = [
    GarbageCase("noise", [.send(noise), .close], .tls, .tls),
    GarbageCase("noise without end", [.endless(noise)], .tls, .tls),
    GarbageCase("zero bytes", [.send([UInt8](repeating: 0, count: 64)), .close], .tls, .tls),
    GarbageCase("plain HTTP", [.send(page), .close], .tls, .tls),
    GarbageCase(
      "an alert: handshake failure", [.send(record(21, length: 2, [2, 40])), .close], .tls, .tls),
    GarbageCase(
      "an alert: unknown version", [.send(record(21, length: 2, [2, 70])), .close], .tls, .tls),
    GarbageCase(
      "a handshake of noise", [.send(record(22, length: 512, noise)), .close], .tls, .tls),
    GarbageCase(
      "data before the handshake", [.send(record(23, length: 512, noise)), .close], .tls, .tls),
    GarbageCase(
      "a record that is too long", [.send(record(22, length: 0xFFFF, noise)), .stall], .tls, .tls),
    GarbageCase(
      "a record that is cut", [.send(record(22, length: 400, Array(noise.prefix(9)))), .close],
      .reset, .connection),
    GarbageCase("an end", [.close], .reset, .connection),
    GarbageCase("a reset", [.reset], .reset, .connection),
    GarbageCase(
      "half a record and silence",
      [.send(record(22, length: 400, Array(noise.prefix(9)))), .stall],
      .connectTimeout, .timeout),
    GarbageCase(
      "a record that drips", [.drip(record(22, length: 400, noise), bytes: 1, milliseconds: 5)],
      .connectTimeout, .timeout),
    GarbageCase("silence", [.stall], .connectTimeout, .timeout),
  ]
}

@Suite("Servers that speak no TLS")
struct GarbageTLSTests {
  @Test("each ends before the request, in time", arguments: GarbageCase.all, Path.allCases)
  func garbage(_ example: GarbageCase, path: Path) async throws {
    let server = try SimulatedProvider.start(raw: example.behaviour)
    let url = "https://127.0.0.1:\(server.port)/v1/chat/completions"
    let origin = Origin(scheme: "https", host: "127.0.0.1", port: Int(server.port))
    let credential = CredentialHeader(secret: Secret("sk-canary"), allowedOrigins: [origin])
    // What ends by itself ends at once; a loaded machine may need a while for it.
    let waits = example.fault == .connectTimeout
    let limits = Timeouts(
      connect: waits ? 80 : 300_000, firstByte: 300_000, idle: 300_000, total: 300_000)
    let reply = await Sender(path).send(.to(url, credential: credential, timeouts: limits))
    #expect(reply.fault == example.fault, "\(reply.detail ?? "")")
    #expect(reply.status == nil)
    #expect(reply.body.isEmpty)
    #expect(HostileTests.failure(of: reply)?.class == example.class)
    #expect(reply.detail?.contains("canary") != true)
  }
}
