import Fallback
import JSONText

/// Finds the error object of a reply, in any of the shapes that providers use.
enum ErrorShapes {
  /// Reads the error.
  ///
  /// - Parameters:
  ///   - root: The parsed body.
  ///   - isSuccess: The status was 2xx: then only an explicit error counts.
  ///   - date: Absolute times are turned into waits from here, in milliseconds.
  /// - Returns: nil where the body holds no error object.
  static func fields(in root: JSONNode, isSuccess: Bool, date: Milliseconds) -> ErrorFields? {
    // Gemini may wrap its error in an array of one.
    let body = root.elements?.first ?? root
    if let base = body["base_resp"], let code = base["status_code"]?.int, code != 0 {
      return ErrorFields(codes: [String(code)], message: base["status_msg"]?.string ?? "")
    }
    if let error = explicitError(in: body) {
      return read(error, beside: body, date: date)
    }
    if body["promptFeedback"]?["blockReason"]?.string != nil {
      return ErrorFields(codes: ["content_filter"], innerStatus: 400)
    }
    guard !isSuccess else { return nil }
    return flat(body, date: date)
  }

  private static func explicitError(in body: JSONNode) -> JSONNode? {
    let candidates = [body["error"], body["choices"]?.elements?.first?["error"]]
    return candidates.compactMap(\.self).first { node in
      switch node.kind {
      case .object(let members): !members.isEmpty
      case .string(let text): !text.isEmpty
      case .null, .bool, .number, .array: false
      }
    }
  }

  /// `error` is an object, or a string with the code beside it.
  private static func read(
    _ error: JSONNode, beside body: JSONNode, date: Milliseconds
  ) -> ErrorFields {
    if let text = error.string {
      return ErrorFields(codes: words(body, ["code", "type"]) + short(text), message: text)
    }
    var fields = ErrorFields(
      codes: words(error, ["code", "type", "status", "reason"]),
      message: error["message"]?.string ?? error["detail"]?.string ?? "",
      innerStatus: error["code"]?.int, parameter: error["param"]?.string,
      wait: wait(in: error, date) ?? wait(in: body, date))
    if let status = fields.innerStatus, !(400..<600).contains(status) { fields.innerStatus = nil }
    addDetails(error["details"], to: &fields)
    addMetadata(error["metadata"], to: &fields, date: date)
    return fields
  }

  /// Gemini's `details`: ErrorInfo, QuotaFailure, RetryInfo.
  private static func addDetails(_ details: JSONNode?, to fields: inout ErrorFields) {
    for detail in details?.elements ?? [] {
      fields.codes += words(detail, ["reason"])
      if let delay = detail["retryDelay"]?.string.flatMap(seconds) { fields.wait = delay }
      for violation in detail["violations"]?.elements ?? [] {
        let names = [violation["quotaId"], violation["quotaMetric"]].compactMap { $0?.string }
        fields.limit = ([fields.limit].compactMap(\.self) + names).joined(separator: " ")
      }
    }
  }

  /// OpenRouter's `metadata`; `raw` is the upstream's own error, as JSON or as a string of JSON.
  private static func addMetadata(
    _ metadata: JSONNode?, to fields: inout ErrorFields, date: Milliseconds
  ) {
    guard let metadata else { return }
    fields.codes += words(metadata, ["error_type", "limit_source"])
    fields.limit = metadata["limit_source"]?.string ?? fields.limit
    fields.wait = wait(in: metadata, date) ?? fields.wait
    if metadata["flagged_input"] != nil { fields.codes.append("content_filter") }
    guard let raw = metadata["raw"] else { return }
    fields.isUpstream = true
    var nested: ErrorFields?
    if raw.members != nil {
      nested = self.fields(in: raw, isSuccess: false, date: date)
    } else if let text = raw.string {
      let parsed = try? JSONNode.parse(Array(text.utf8), as: .strict, maxDepth: 32)
      nested =
        parsed.flatMap { self.fields(in: $0, isSuccess: false, date: date) }
        ?? ErrorFields(message: text)
    }
    guard let nested else { return }
    fields.codes += nested.codes
    fields.message += fields.message.isEmpty ? nested.message : " | " + nested.message
    fields.parameter = fields.parameter ?? nested.parameter
  }

  /// `message`, `detail` and codes at the root: Mistral, FastAPI, Ollama, AWS.
  private static func flat(_ body: JSONNode, date: Milliseconds) -> ErrorFields? {
    let message =
      body["message"]?.string ?? body["Message"]?.string ?? body["detail"]?.string
      ?? body["error_description"]?.string
    let codes = words(body, ["code", "type", "status", "__type", "object"]).filter { $0 != "error" }
    let details = (body["detail"]?.elements ?? []).compactMap { $0["msg"]?.string }
    guard message != nil || !details.isEmpty || !codes.isEmpty else { return nil }
    return ErrorFields(
      codes: codes, message: message ?? details.joined(separator: "; "),
      parameter: body["param"]?.string, wait: wait(in: body, date))
  }

  private static func words(_ node: JSONNode, _ keys: [String]) -> [String] {
    keys.compactMap { key in
      guard let value = node[key] else { return nil }
      return (value.string ?? value.int.map(String.init))?.lowercased()
    }.filter { !$0.isEmpty }
  }

  /// A string that is itself a code rather than a sentence.
  private static func short(_ text: String) -> [String] {
    text.utf8.count <= 40 && !text.contains(" ") ? [text.lowercased()] : []
  }

  private static func wait(in node: JSONNode, _ date: Milliseconds) -> Milliseconds? {
    if let value = node["retry_after_ms"]?.double { return milliseconds(value) }
    for key in ["resets_in_seconds", "retry_after", "retry_after_seconds"] {
      if let value = node[key]?.double { return milliseconds(value * 1_000) }
    }
    for key in ["resets_at", "reset_at", "retry_until"] {
      guard let value = node[key]?.double, value > 0 else { continue }
      return milliseconds((value > 1e12 ? value : value * 1_000) - Double(date))
    }
    return nil
  }

  private static func milliseconds(_ value: Double) -> Milliseconds? {
    value.isFinite && value > 0 && value < 1e13 ? Milliseconds(value) : nil
  }

  /// `22s`, `8.9s`, `100ms`.
  private static func seconds(_ text: String) -> Milliseconds? {
    if text.hasSuffix("ms") { return Double(text.dropLast(2)).flatMap(milliseconds) }
    guard text.hasSuffix("s") else { return nil }
    return Double(text.dropLast()).flatMap { milliseconds($0 * 1_000) }
  }
}
