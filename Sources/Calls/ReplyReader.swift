package import Fallback
import JSONText

/// Reduces a reply to what the classifier may see, and to its text.
package struct ReplyReader: Sendable {
  /// Deeper nesting is no reply of any provider.
  static let maxDepth = 64
  /// More values are no reply either: one of the longest answers with all its log probabilities has
  /// fewer, and their memory has to stay small beside a body of 32 MB.
  static let maxValues = 250_000

  package var digest: ReplyDigest
  /// There only where the body has the shape of a completion.
  package var completion: Completion?

  /// Reads a reply.
  ///
  /// - Parameters:
  ///   - reply: As the transport gave it; without a status but with a body it is read like a 200.
  ///   - provider: Name for provider-scoped rules.
  ///   - allowsLength: A reply that was cut by the output limit is accepted.
  ///   - now: Read against where the server names no date, in milliseconds.
  package init(_ reply: HTTPReply, provider: String, allowsLength: Bool, now: Milliseconds) {
    var headers = [String: String](minimumCapacity: reply.headers.count)
    for header in reply.headers {
      let name = header.name.lowercased()
      if headers[name] == nil { headers[name] = header.value }
    }
    let waits = WaitHints(headers: headers, now: now)
    digest = ReplyDigest(
      provider: provider, status: reply.status, transport: reply.fault, headers: headers,
      date: waits.date)
    guard reply.status != nil || !reply.body.isEmpty else { return }
    let root = read(reply, allowsLength: allowsLength)
    if let type = headers["x-amzn-errortype"], digest.error != nil {
      let code = type.split(separator: ":").first.map(String.init) ?? type
      digest.error?.codes.append(code)
    }
    // A good reply asks for no wait, whatever its headers say about limits.
    if completion == nil || digest.error != nil {
      digest.hints = waits.all(
        in: digest.error == nil ? nil : root, message: digest.error?.message ?? "")
    }
    if let id = headers["x-request-id"] ?? headers["request-id"] { completion?.requestID = id }
  }

  /// Reads the body by its form.
  ///
  /// - Returns: The parsed body, or the error event of a stream.
  private mutating func read(_ reply: HTTPReply, allowsLength: Bool) -> JSONNode? {
    let contentType = digest.headers["content-type"] ?? ""
    let body = Self.withoutKeepAlive(reply.body)
    if EventStream.isOne(body, contentType: contentType) {
      return read(EventStream(body), allowsLength: allowsLength)
    }
    digest.body = Self.shape(of: body, contentType: contentType)
    guard digest.body == .json else {
      if !isSuccess { digest.plainText = Self.plainText(body) }
      return nil
    }
    guard let root = Self.parse(Array(body)) else {
      digest.body = .malformed
      return nil
    }
    let draft = isSuccess ? CompletionShapes.draft(in: root) : nil
    digest.error = ErrorShapes.fields(in: root, isSuccess: isSuccess, hasReply: draft != nil)
    take(draft, allowsLength: allowsLength)
    return root
  }

  /// A sentence or two; nil: more than that, or a page.
  private static func plainText(_ body: ArraySlice<UInt8>) -> String? {
    guard let first = body.first, body.count <= 600, first != UInt8(ascii: "<") else { return nil }
    return String(decoding: body, as: UTF8.self)
  }

  private mutating func read(_ stream: EventStream, allowsLength: Bool) -> JSONNode? {
    digest.body = .json
    digest.error = stream.error.flatMap {
      ErrorShapes.fields(in: $0, isSuccess: false, hasReply: false)
    }
    take(stream.hasReply && isSuccess ? stream.draft : nil, allowsLength: allowsLength)
    return stream.error
  }

  private mutating func take(_ draft: CompletionDraft?, allowsLength: Bool) {
    guard let read = draft?.finished(allowsLength: allowsLength) else { return }
    digest.completion = read.facts
    completion = read.completion
  }

  private var isSuccess: Bool { digest.status.map { (200..<300).contains($0) } ?? true }

  /// Some servers let other encodings slip into an echoed text: what is no UTF-8 is repaired.
  static func parse(_ body: [UInt8]) -> JSONNode? {
    do throws(JSONError) {
      return try JSONNode.parse(body, as: .strict, maxDepth: maxDepth, maxValues: maxValues)
    } catch {
      guard error.code == .invalidUTF8, body.count <= longestRepair else { return nil }
    }
    let repaired = Array(String(decoding: body, as: UTF8.self).utf8)
    return try? JSONNode.parse(repaired, as: .strict, maxDepth: maxDepth, maxValues: maxValues)
  }

  /// A repaired text may be three times as long; errors and answers are shorter than this.
  private static let longestRepair = 4 << 20

  /// Some servers send blank lines and SSE comments while a request is queued.
  private static func withoutKeepAlive(_ body: [UInt8]) -> ArraySlice<UInt8> {
    var rest = body[...]
    while let first = rest.first {
      switch first {
      case 0x20, 0x09, 0x0A, 0x0D:
        rest = rest.dropFirst()
      case UInt8(ascii: ":"):
        guard let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { return [] }
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
