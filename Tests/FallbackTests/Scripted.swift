import Fallback
import Testing

/// One scripted answer of a provider, classified by the real classifier.
struct Scripted: Sendable, CustomTestStringConvertible {
  var name: String
  var digest: ReplyDigest
  var duration: Milliseconds = 10

  var testDescription: String { name }

  static let ok = Scripted(
    name: "ok",
    digest: ReplyDigest(
      provider: "", status: 200, body: .json,
      completion: CompletionFacts(hasText: true, finish: .stop)))

  /// An error object of the provider.
  static func status(
    _ status: Int, code: String = "", message: String = "no", wait: Milliseconds? = nil,
    parameter: String? = nil
  ) -> Scripted {
    Scripted(
      name: "\(status)\(code.isEmpty ? "" : " " + code)",
      digest: ReplyDigest(
        provider: "", status: status, body: .json,
        error: ErrorFields(
          codes: code.isEmpty ? [] : [code], message: message, parameter: parameter, wait: wait)))
  }

  static func fault(
    _ fault: TransportFault, status: Int? = nil, after duration: Milliseconds = 10
  ) -> Scripted {
    Scripted(
      name: fault.rawValue,
      digest: ReplyDigest(provider: "", status: status, transport: fault), duration: duration)
  }

  static let emptyReply = Scripted(
    name: "empty 200",
    digest: ReplyDigest(
      provider: "", status: 200, body: .json,
      completion: CompletionFacts(hasText: false, finish: .stop)))
  static let page = Scripted(
    name: "HTML 200", digest: ReplyDigest(provider: "", status: 200, body: .html))
  static let cut = Scripted(
    name: "cut body",
    digest: ReplyDigest(provider: "", status: 200, transport: .truncated, body: .malformed))

  static let hanging = Scripted(
    name: "hanging", digest: ReplyDigest(provider: "", transport: .timeout), duration: .max)

  static func refused(_ parameter: String) -> Scripted {
    .status(400, code: "unsupported_parameter", parameter: parameter)
  }
  static let overflow = Scripted.status(400, code: "context_length_exceeded")
  static let policy = Scripted.status(400, code: "content_policy_violation")
}

/// One scripted end of a refresh.
enum ScriptedRefresh: Sendable {
  case renewed, adopted, unchanged, paid, failed, dead
  case model(String)
}
