import Fallback
import JSONText

/// Finds the error object of a reply, in any of the shapes that providers use.
enum ErrorShapes {
  /// Reads the error.
  ///
  /// - Parameters:
  ///   - root: The parsed body.
  ///   - isSuccess: The status was 2xx: then only an explicit error counts.
  ///   - hasReply: The body has the shape of a reply too.
  /// - Returns: nil where the body holds no error object.
  static func fields(in root: JSONNode, isSuccess: Bool, hasReply: Bool) -> ErrorFields? {
    // Gemini may wrap its error in an array of one.
    let body = root.elements?.first ?? root
    if let native = MiniMaxStatus.fields(in: body) { return native }
    if let error = explicitError(in: body) { return read(error, beside: body) }
    guard !isSuccess || (!hasReply && saysError(body)) else { return nil }
    return flat(body)
  }

  private static func explicitError(in body: JSONNode) -> JSONNode? {
    let candidates = [
      body["error"], body["choices"]?.elements?.first?["error"], body["errors"]?.elements?.first,
      body["detail"].flatMap { $0.members == nil ? nil : $0 },
    ]
    return candidates.compactMap(\.self).first { node in
      switch node.kind {
      case .object(let members): !members.isEmpty
      case .string(let text): !text.isEmpty
      case .null, .bool, .number, .array: false
      }
    }
  }

  /// A body that calls itself an error, or that has a code and a message and nothing else to say.
  private static func saysError(_ body: JSONNode) -> Bool {
    if ["object", "type", "status"].contains(where: { body[$0]?.string == "error" }) {
      return true
    }
    if body["success"]?.bool == false || body["error"]?.bool == true { return true }
    let isZero = body["code"]?.int == 0 || body["code"]?.int == 200
    return body["code"] != nil && !isZero && text(of: body) != nil
  }

  /// `error` is an object, or a string with the code beside it.
  private static func read(_ error: JSONNode, beside body: JSONNode) -> ErrorFields {
    if let text = error.string.map(shortened) {
      let message = [text, body["message"]?.string.map(shortened)].compactMap(\.self).joined(
        separator: " | ")
      return opened(
        ErrorFields(codes: words(body, ["code", "type"]) + short(text), message: message))
    }
    var fields = ErrorFields(
      codes: words(error, ["code", "type", "status", "reason", "error_type", "metadata_type"]),
      message: text(of: error) ?? error["error"]?.string.map(shortened) ?? "",
      innerStatus: status(error["code"]) ?? status(error["status"]),
      parameter: error["param"]?.string)
    fields.codes += words(body, ["code"]).filter { !fields.codes.contains($0) }
    addNested(error, to: &fields)
    addDetails(error["details"], to: &fields)
    addMetadata(error["metadata"], to: &fields)
    return opened(fields)
  }

  /// Azure's `innererror`, and an error within an error.
  private static func addNested(_ error: JSONNode, to fields: inout ErrorFields) {
    for key in ["innererror", "inner_error", "error"] {
      guard let inner = error[key], inner.members != nil else { continue }
      fields.codes += words(inner, ["code", "type"])
      if let text = text(of: inner), text != fields.message {
        fields.message += fields.message.isEmpty ? text : " | " + text
      }
    }
  }

  /// Gemini's `details`: ErrorInfo, QuotaFailure, RetryInfo.
  private static func addDetails(_ details: JSONNode?, to fields: inout ErrorFields) {
    if let code = details?["error_code"]?.string { fields.codes.append(code) }
    for detail in (details?.elements ?? []).prefix(20) {
      fields.codes += words(detail, ["reason"])
      for violation in (detail["violations"]?.elements ?? []).prefix(20) {
        let names = [violation["quotaId"], violation["quotaMetric"]].compactMap { $0?.string }
        fields.limit = ([fields.limit].compactMap(\.self) + names).joined(separator: " ")
        if violation["quotaValue"]?.string == "0" { fields.message += " | limit: 0" }
      }
    }
  }

  /// OpenRouter's `metadata`; `raw` is the upstream's own error, as JSON or as a string of JSON.
  private static func addMetadata(_ metadata: JSONNode?, to fields: inout ErrorFields) {
    guard let metadata, metadata.members != nil else { return }
    fields.codes += words(metadata, ["error_type", "limit_source"])
    fields.limit = metadata["limit_source"]?.string ?? fields.limit
    if metadata["flagged_input"] != nil { fields.codes.append("content_filter") }
    guard let raw = metadata["raw"], raw.isFilled else { return }
    fields.isUpstream = true
    guard let nested = upstream(raw) else { return }
    fields.codes += nested.codes
    fields.message += fields.message.isEmpty ? nested.message : " | " + nested.message
    fields.parameter = fields.parameter ?? nested.parameter
  }

  private static func upstream(_ raw: JSONNode) -> ErrorFields? {
    if raw.members != nil { return fields(in: raw, isSuccess: false, hasReply: false) }
    guard let text = raw.string.map(shortened) else { return nil }
    let parsed = try? JSONNode.parse(Array(text.utf8), as: .strict, maxDepth: 32)
    return parsed.flatMap { fields(in: $0, isSuccess: false, hasReply: false) }
      ?? ErrorFields(message: text)
  }

  /// Some gateways put the upstream's whole JSON into their message.
  private static func opened(_ fields: ErrorFields) -> ErrorFields {
    let bytes = Array(fields.message.utf8)
    guard let start = bytes.firstIndex(of: UInt8(ascii: "{")),
      let end = bytes.lastIndex(of: UInt8(ascii: "}")), start < end,
      let inner = try? JSONNode.parse(Array(bytes[start...end]), as: .strict, maxDepth: 16),
      let error = explicitError(in: inner), error.members != nil
    else { return fields }
    let nested = read(error, beside: inner)
    var fields = fields
    fields.codes += nested.codes
    fields.message = String(decoding: bytes[..<start], as: UTF8.self) + " | " + nested.message
    fields.parameter = fields.parameter ?? nested.parameter
    fields.innerStatus = nested.innerStatus ?? fields.innerStatus
    fields.limit = fields.limit ?? nested.limit
    return fields
  }

  /// `message`, `detail` and codes at the root: Mistral, FastAPI, Ollama, AWS.
  private static func flat(_ body: JSONNode) -> ErrorFields? {
    let message =
      text(of: body) ?? ["data", "error"].lazy.compactMap { body[$0]?.string }.first.map(shortened)
    let codes = words(
      body, ["code", "type", "status", "__type", "object", "errorType", "reason", "error_code"]
    )
    .filter { $0 != "error" }
    .map { $0.split(separator: "#").last.map(String.init) ?? $0 }
    let details = (body["detail"]?.elements ?? body["message"]?["detail"]?.elements ?? [])
      .prefix(20).compactMap(validation)
    let isPlain = message == nil && details.isEmpty
    guard !isPlain || body["code"] != nil || body["__type"] != nil else { return nil }
    return opened(
      ErrorFields(
        codes: codes, message: message ?? details.joined(separator: "; "),
        innerStatus: status(body["code"]), parameter: body["param"]?.string))
  }

  /// One entry of FastAPI's list: which field, and what is wrong with it; never what was sent.
  private static func validation(_ entry: JSONNode) -> String? {
    let place = (entry["loc"]?.elements ?? []).compactMap(\.string).joined(separator: ".")
    return entry["msg"]?.string.map { shortened(place) + ": " + shortened($0) }
  }

  private static func text(of node: JSONNode) -> String? {
    let keys = [
      "message", "Message", "msg", "detail", "error_description", "error_msg", "errorMessage",
      "error_message", "title",
    ]
    return keys.lazy.compactMap { node[$0]?.string }.first.map(shortened)
  }

  /// What a provider says about a failure stands at the beginning; the rest is an echo or an attack.
  private static func shortened(_ text: String) -> String {
    guard text.utf8.count > 65_536 else { return text }
    return String(decoding: text.utf8.prefix(65_536), as: UTF8.self)
  }

  private static func status(_ node: JSONNode?) -> Int? {
    guard let number = node?.int ?? node?.string.flatMap({ Int($0) }) else { return nil }
    return (400..<600).contains(number) ? number : nil
  }

  private static func words(_ node: JSONNode, _ keys: [String]) -> [String] {
    keys.compactMap { key in
      node[key].flatMap { $0.string ?? $0.int.map(String.init) }
    }.filter { !$0.isEmpty && $0.utf8.count <= 200 }
  }

  /// A string that is itself a code rather than a sentence.
  private static func short(_ text: String) -> [String] {
    text.utf8.count <= 40 && !text.contains(" ") ? [text] : []
  }
}

/// MiniMax reports failures inside HTTP 200, with numbers of its own.
enum MiniMaxStatus {
  private static let statuses: [Int: Int] = [
    1001: 504, 1002: 429, 1004: 401, 1008: 402, 1013: 500, 1024: 500, 1026: 400, 1027: 400,
    1033: 500, 1039: 429, 1041: 429, 1042: 400, 2013: 400, 2045: 429, 2049: 401, 2056: 429,
    2061: 403,
  ]

  static func fields(in body: JSONNode) -> ErrorFields? {
    guard let base = body["base_resp"], let code = base["status_code"]?.int, code != 0 else {
      return nil
    }
    var codes = [String(code)]
    if code == 1026 || code == 1027 { codes.append("content_filter") }
    if code == 2056 { codes.append("usage_limit_reached") }
    return ErrorFields(
      codes: codes, message: base["status_msg"]?.string ?? "", innerStatus: statuses[code])
  }
}
