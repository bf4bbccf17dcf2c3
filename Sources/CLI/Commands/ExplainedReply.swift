import Calls
import Fallback
import JSONText

/// A response that somebody wants explained.
struct ExplainedReply {
  var provider = ""
  var reply = HTTPReply()

  /// What users may name as `transport`.
  static let faults = [
    "dns", "refused", "reset", "timeout", "tls", "truncated", "too_large", "redirect",
    "unreachable", "connect_timeout",
  ]

  /// What it means; nil for a usable reply.
  ///
  /// - Parameter now: Absolute times are read against it where the response names no date.
  /// - Returns: The one failure that it is.
  func failure(now: Milliseconds) -> Failure? {
    let reader = ReplyReader(reply, provider: provider, allowsLength: false, now: now)
    return classify(reader.digest)
  }

  /// The answer for machines.
  static func json(_ failure: Failure?) -> JSONValue {
    [
      "class": .string(failure?.class.rawValue ?? "ok"),
      "scope": .optional(failure?.scope.rawValue),
      "rule": .optional(failure?.rule),
      "retry_after_s": .seconds(failure?.wait),
    ]
  }
}

extension ExplainedReply {
  /// Why a line of a batch is bad, without its place.
  struct Problem: Error {
    var message: String
  }

  /// Reads a line of a batch. Members that have no meaning here are passed over, so that a log may be
  /// piped in as it is.
  ///
  /// - Parameter line: One JSON object; bytes that are no UTF-8 are repaired.
  /// - Throws: What is wrong with it.
  init(line: [UInt8]) throws(Problem) {
    let (source, root) = try Self.parse(line)
    guard let members = root.members else {
      throw Problem(message: "a JSON object is needed, not \(root.kindName)")
    }
    for member in members where !member.value.isNull {
      try read(member.key.lowercased(), member.value, source)
    }
  }

  private static func parse(_ line: [UInt8]) throws(Problem) -> ([UInt8], JSONNode) {
    do throws(JSONError) {
      return (line, try JSONNode.parse(line, maxDepth: 512))
    } catch {
      guard error.code == .invalidUTF8 else {
        throw Problem(message: "no JSON: \(error.code.phrase) in column \(error.column)")
      }
    }
    let repaired = Array(String(decoding: line, as: UTF8.self).utf8)
    do throws(JSONError) {
      return (repaired, try JSONNode.parse(repaired, maxDepth: 512))
    } catch {
      throw Problem(message: "no JSON: \(error.code.phrase) in column \(error.column)")
    }
  }

  private mutating func read(
    _ key: String, _ value: JSONNode, _ source: [UInt8]
  ) throws(Problem) {
    switch key {
    case "provider": provider = try text(key, value)
    case "status": reply.status = try status(value)
    case "headers": reply.headers = try headers(value)
    case "body": reply.body = try body(value, source)
    case "transport": reply.fault = try fault(value)
    default: break
    }
  }

  private func text(_ key: String, _ value: JSONNode) throws(Problem) -> String {
    guard let text = value.string else {
      throw Problem(message: "\(key) is not a string but \(value.kindName)")
    }
    return text
  }

  /// 0 is what many programs note where no status came.
  private func status(_ value: JSONNode) throws(Problem) -> Int? {
    guard let status = value.int ?? value.string.flatMap({ Int($0) }), (0...999).contains(status)
    else { throw Problem(message: "status is not a whole number from 100 to 999") }
    return status == 0 ? nil : status
  }

  private func headers(_ value: JSONNode) throws(Problem) -> [(name: String, value: String)] {
    guard let members = value.members else {
      throw Problem(message: "headers is not an object but \(value.kindName)")
    }
    var headers: [(name: String, value: String)] = []
    for member in members where !member.value.isNull {
      for text in try values(member) { headers.append((member.key.lowercased(), text)) }
    }
    return headers
  }

  /// A string; numbers and flags as they are written; several where the header came several times.
  private func values(_ member: JSONMember) throws(Problem) -> [String] {
    let nodes = member.value.elements ?? [member.value]
    let texts = nodes.compactMap { $0.string ?? $0.number ?? $0.bool.map { "\($0)" } }
    guard texts.count == nodes.count else {
      throw Problem(
        message: "header \(member.key) is not a string but \(member.value.kindName)")
    }
    return texts
  }

  /// A string; an object or array stands for its own JSON text.
  private func body(_ value: JSONNode, _ source: [UInt8]) throws(Problem) -> [UInt8] {
    if let text = value.string { return Array(text.utf8) }
    return Array(source[value.range])
  }

  private func fault(_ value: JSONNode) throws(Problem) -> TransportFault? {
    let word = try text("transport", value)
    guard !word.isEmpty else { return nil }
    guard let fault = TransportFault(rawValue: word.lowercased()) else {
      throw Problem(
        message: "transport is not one of \(Self.faults.joined(separator: " "))")
    }
    return fault
  }
}
