import Calls
import Fallback
import Synchronization

/// A request that may go out: its URL is parsed and its credential belongs to the host.
struct CheckedRequest: Sendable {
  let request: HTTPRequest
  let origin: Origin
  /// The credential may only travel to this machine: checked again on the address connected to.
  let requiresLoopback: Bool
  /// The host has a public name, so that it may not lead into a private network: checked on the address
  /// connected to.
  let requiresPublic: Bool
  /// The host is a name that has to be looked up.
  let hasName: Bool
}

/// Why a request does not go out. No connection was made.
struct Refusal: Error {
  let fault: TransportFault
  let detail: String

  var reply: HTTPReply { HTTPReply(fault: fault, detail: detail) }
}

/// Checks requests before anything is connected.
final class RequestCheck: Sendable {
  /// What a URL says; all requests of a route have the same, so the last few are remembered.
  private struct Known {
    var url: String
    var origin: Origin
    var isLoopback: Bool
    var isPublic: Bool
    var isName: Bool
    var isLinkLocal: Bool
  }

  private static let memory = 16
  private let known = Mutex<[Known]>([])

  func check(_ request: HTTPRequest) throws(Refusal) -> CheckedRequest {
    try checkHeaders(request)
    guard let target = target(of: request.url) else {
      throw Refusal(fault: .malformedRequest, detail: "the URL is not a plain http or https URL")
    }
    if !request.allowsPrivateAddress, target.isLinkLocal {
      throw Refusal(
        fault: .hostNotAllowed,
        detail: "\(target.origin.host) is a link-local address, where clouds keep secrets: "
          + "set allow_private for the provider if that is meant")
    }
    return CheckedRequest(
      request: request, origin: target.origin,
      requiresLoopback: try requiresLoopback(request, target),
      requiresPublic: target.isPublic && !request.allowsPrivateAddress, hasName: target.isName)
  }

  private func target(of url: String) -> Known? {
    // Comparing a few is faster than hashing one, and the lock is held for less time.
    if let seen = known.withLock({ $0.first { $0.url == url } }) { return seen }
    guard let origin = parseOrigin(url) else { return nil }
    let new = Known(
      url: url, origin: origin, isLoopback: origin.isLoopback,
      isPublic: HostAddress.classify(origin.host) == .public, isName: origin.isName,
      isLinkLocal: HostAddress.isLinkLocal(origin.host))
    known.withLock {
      if $0.count >= Self.memory { $0.removeFirst() }
      $0.append(new)
    }
    return new
  }

  /// True when a secret goes over plain http, which is safe on this machine only.
  private func requiresLoopback(
    _ request: HTTPRequest, _ target: Known
  ) throws(Refusal) -> Bool {
    let header = request.credential.map {
      HostBinding(
        allowedOrigins: $0.allowedOrigins, allowsInsecureHTTP: $0.allowsInsecureHTTP)
    }
    var isLoopback = false
    for binding in [header, request.bodyBinding] {
      if try requiresLoopback(binding, target) { isLoopback = true }
    }
    return isLoopback
  }

  private func requiresLoopback(
    _ binding: HostBinding?, _ target: Known
  ) throws(Refusal) -> Bool {
    guard let binding else { return false }
    let origin = target.origin
    guard binding.allowedOrigins.contains(origin) else {
      throw Refusal(
        fault: .hostNotAllowed,
        detail: "the credential is not bound to \(origin.scheme)://\(origin.host):\(origin.port)")
    }
    guard origin.scheme != "https", !binding.allowsInsecureHTTP else { return false }
    guard target.isLoopback else {
      throw Refusal(
        fault: .hostNotAllowed, detail: "the credential may not go to \(origin.host) without https")
    }
    return true
  }

  private func checkHeaders(_ request: HTTPRequest) throws(Refusal) {
    for (name, value) in request.headers {
      try checkName(name)
      try checkValue(value.utf8, of: name)
    }
    guard let credential = request.credential else { return }
    try checkName(credential.name)
    try checkValue(credential.prefix.utf8, of: credential.name)
    try credential.secret.withBytes { (bytes) throws(Refusal) in
      if bytes.isEmpty {
        throw Refusal(fault: .malformedRequest, detail: "the credential is empty")
      }
      try checkValue(bytes, of: credential.name)
    }
  }

  private func checkName(_ name: String) throws(Refusal) {
    guard !name.isEmpty, name.utf8.allSatisfy({ HeaderBytes.isToken($0) }) else {
      throw Refusal(fault: .malformedRequest, detail: "a header name holds a byte that it may not")
    }
    guard !HeaderBytes.transportOwned.contains(where: { HeaderBytes.isSame(name, $0) }) else {
      throw Refusal(fault: .malformedRequest, detail: "header \(name) belongs to the transport")
    }
  }

  private func checkValue(_ bytes: some Sequence<UInt8>, of name: String) throws(Refusal) {
    guard bytes.allSatisfy({ HeaderBytes.isValue($0) }) else {
      throw Refusal(
        fault: .malformedRequest, detail: "the value of header \(name) holds a control byte")
    }
  }
}

/// What may stand in a header: libcurl passes line breaks through, so one value could become two
/// headers.
enum HeaderBytes {
  /// Framing and routing follow from the URL and the body alone.
  static let transportOwned = [
    "connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding",
    "upgrade",
  ]

  /// Whether a name is a given one (in lower case), without making strings.
  static func isSame(_ name: String, _ lower: String) -> Bool {
    name.utf8.count == lower.utf8.count
      && name.utf8.elementsEqual(lower.utf8) { $0 == $1 || ($0 | 0x20 == $1 && $0 &- 0x41 < 26) }
  }

  static func isValue(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7f }

  /// The characters of a token in RFC 9110.
  static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    case 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x5e...0x60, 0x7c, 0x7e: true
    default: false
    }
  }
}
