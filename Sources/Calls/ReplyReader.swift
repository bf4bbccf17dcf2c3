package import Fallback
import JSONText

/// Reduces a reply to what the classifier may see, and to its text.
package struct ReplyReader: Sendable {
  /// Deeper nesting is no reply of any provider.
  static let maxDepth = 64

  package var digest: ReplyDigest
  /// There only where the body has the shape of a completion.
  package var completion: Completion?

  /// Reads a reply.
  ///
  /// - Parameters:
  ///   - reply: As the transport gave it.
  ///   - provider: Name for provider-scoped rules.
  ///   - allowsLength: A reply that was cut by the output limit is accepted.
  ///   - now: Read against where the server names no date, in milliseconds.
  package init(_ reply: HTTPReply, provider: String, allowsLength: Bool, now: Milliseconds) {
    var headers: [String: String] = [:]
    for header in reply.headers where headers[header.name] == nil {
      headers[header.name] = header.value
    }
    digest = ReplyDigest(
      provider: provider, status: reply.status, transport: reply.fault, headers: headers, date: now)
    guard let status = reply.status else { return }
    let body = Self.withoutKeepAlive(reply.body)
    digest.body = Self.shape(of: body, contentType: headers["content-type"] ?? "")
    guard digest.body == .json,
      let root = try? JSONNode.parse(Array(body), as: .strict, maxDepth: Self.maxDepth)
    else {
      if digest.body == .json { digest.body = .malformed }
      return
    }
    let isSuccess = (200..<300).contains(status)
    digest.error = ErrorShapes.fields(in: root, isSuccess: isSuccess, date: now)
    guard isSuccess, let read = ChatDialect.completion(in: root, allowsLength: allowsLength) else {
      return
    }
    digest.completion = read.facts
    completion = read.completion
    completion?.requestID =
      headers["x-request-id"] ?? headers["request-id"] ?? read.completion.requestID
  }

  /// Some servers send blank lines and SSE comments while a request is queued.
  private static func withoutKeepAlive(_ body: [UInt8]) -> ArraySlice<UInt8> {
    var rest = body[...]
    while let first = rest.first {
      switch first {
      case 0x20, 0x09, 0x0A, 0x0D:
        rest = rest.dropFirst()
      case UInt8(ascii: ":"):
        guard let end = rest.firstIndex(of: 0x0A) else { return rest }
        rest = rest[(end + 1)...]
      default:
        // A byte order mark.
        guard rest.starts(with: [0xEF, 0xBB, 0xBF]) else { return rest }
        rest = rest.dropFirst(3)
      }
    }
    return rest
  }

  private static func shape(of body: ArraySlice<UInt8>, contentType: String) -> ReplyDigest.Body {
    guard let first = body.first else { return .empty }
    switch first {
    case UInt8(ascii: "<"): return .html
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""): return .json
    default:
      if body.elementsEqual(Array("null".utf8)) { return .json }
      return contentType.lowercased().contains("json") ? .malformed : .text
    }
  }
}
