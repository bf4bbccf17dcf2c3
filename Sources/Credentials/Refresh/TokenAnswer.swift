import Calls
import Fallback
import JSONText

/// New tokens, as an endpoint gave them.
struct TokenGrant: Sendable {
  var access: Secret
  /// nil: the old one goes on to serve.
  var refresh: Secret?
  var type: String?
  var scope: String?
  /// Seconds; 0 where the endpoint does not say.
  var lifetime: Int
  /// Where Nous wants to be asked from now on, not checked yet.
  var inferenceURL: String?
}

/// What the answer of a token endpoint means. https://www.rfc-editor.org/rfc/rfc6749#section-5
enum TokenAnswer: Sendable {
  case granted(TokenGrant)
  /// It says no. `isFinal`: the token will never be accepted again.
  case refused(code: String, description: String?, isFinal: Bool)
  /// It says nothing about the token: it is down, busy, or somebody else answers in its place.
  case fault(String)

  /// Codes after which the same token is of no use.
  private static let final: Set<String> = [
    "invalid_grant", "invalid_token", "refresh_token_reused",
  ]

  /// Reads an answer.
  ///
  /// - Parameters:
  ///   - reply: As it came.
  ///   - defaultCode: What a refusal without a code means.
  init(_ reply: HTTPReply, defaultCode: String? = nil) {
    if let obstacle = reply.obstacle {
      self = .fault(obstacle)
      return
    }
    let status = reply.status ?? 0
    guard let body = try? JSONNode.parse(reply.body, maxDepth: 16), body.members != nil else {
      self = .fault("it answered with something else than JSON (HTTP \(status))")
      return
    }
    switch status {
    case 200..<300: self = Self.granted(body)
    case 408, 429, 500...: self = .fault("it answered with HTTP \(status)")
    case 400..<500: self = Self.refused(body, status, defaultCode)
    default: self = .fault("it answered with HTTP \(status)")
    }
  }

  private static func granted(_ body: JSONNode) -> TokenAnswer {
    guard let access = body.text("access_token").flatMap({ KeyText.usable(Array($0.utf8)) }) else {
      return .fault("its answer holds no access_token")
    }
    let refresh = body.text("refresh_token").map { Secret($0) }
    return .granted(
      TokenGrant(
        access: Secret(access), refresh: refresh, type: body.text("token_type"),
        scope: body.text("scope"), lifetime: body.seconds("expires_in"),
        inferenceURL: body.text("inference_base_url")))
  }

  private static func refused(
    _ body: JSONNode, _ status: Int, _ defaultCode: String?
  ) -> TokenAnswer {
    let error = body["error"]
    let code =
      error?.string ?? error?.text("code") ?? error?.text("type")
      ?? (error == nil ? defaultCode : nil)
    let description = body.text("error_description") ?? error?.text("message")
    guard let code, !code.isEmpty else { return .fault("it answered with HTTP \(status)") }
    return .refused(code: code, description: description, isFinal: final.contains(code))
  }
}

extension JSONNode {
  /// A whole number of seconds, written as a number or as digits; 0 for anything else.
  func seconds(_ key: String) -> Int {
    let value = self[key]?.double ?? self[key]?.string.flatMap { Double($0) } ?? 0
    return value.isFinite && value > 0 && value < 4e9 ? Int(value) : 0
  }
}
