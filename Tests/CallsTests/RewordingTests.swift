import Calls
import ClassRows
import Fallback
import JSONText
import Testing

/// The same failures in other words' clothes: the classifier reads what is said, not how it is set.
struct RewordingTests {
  /// Failures whose words or codes carry the meaning, whoever the provider is.
  private static let rows =
    (ClassificationRows.vendors + ClassificationRows.routers
    + ClassificationRows.others).filter { $0.status != 200 && $0.body.first == "{" }

  @Test("reworded failures keep their class")
  func reworded() {
    var random = Jitter(seed: 2_026)
    var kept = 0
    var lost: [String: Int] = [:]
    let rounds = 20
    for row in Self.rows {
      for _ in 0..<rounds {
        let (provider, body) = Self.reworded(row, &random)
        let failure = ClassRow.classified(provider, row.status, row.headers, body)
        if failure?.class == row.class {
          kept += 1
        } else {
          lost["\(row.description) → \(failure?.rule ?? "ok") \(body)", default: 0] += 1
        }
      }
    }
    let share = Double(kept) / Double(Self.rows.count * rounds)
    print("PROPERTY reworded: \(kept) of \(Self.rows.count * rounds)")
    for (name, count) in lost.sorted(by: { $0.value > $1.value }).prefix(15) {
      print("PROPERTY lost \(count): \(name)")
    }
    #expect(share >= 0.98)
  }

  private static func reworded(_ row: ClassRow, _ random: inout Jitter) -> (String, String) {
    guard let root = try? JSONNode.parse(Array(row.body.utf8)) else { return ("", row.body) }
    let style = Int(random.next() % 6)
    var value = changed(JSONValue(root), style, &random)
    if style == 5 { value = nested(value) }
    if random.next() % 3 == 0 { value = withEcho(value) }
    // Numbers as codes mean something only with their provider's name.
    let providers = [row.provider, row.provider + "-eu", "my-gateway", "custom:proxy"]
    let isNumbered = row.body.contains(#""code":"1"#)
    let provider = providers[Int(random.next() % (isNumbered ? 2 : 4))]
    return (provider, Bodies.text(value))
  }

  /// Case and spacing of messages; codes keep their spelling but for the case.
  private static func changed(_ value: JSONValue, _ style: Int, _ random: inout Jitter) -> JSONValue
  {
    switch value {
    case .object(let pairs):
      .object(
        pairs.map { pair in
          let isWords = ["message", "error", "detail", "msg"].contains(pair.key)
          guard case .string(let text) = pair.value else {
            return JSONPair(pair.key, changed(pair.value, style, &random))
          }
          return JSONPair(pair.key, .string(isWords ? reset(text, style) : text))
        })
    case .array(let elements): .array(elements.map { changed($0, style, &random) })
    default: value
    }
  }

  private static func reset(_ text: String, _ style: Int) -> String {
    switch style {
    case 1: text.uppercased()
    case 2: text.lowercased()
    case 3: text.split(separator: " ").joined(separator: "  ")
    case 4: "Error: " + text.split(separator: " ").joined(separator: " \n")
    default: text
    }
  }

  /// Behind a gateway that puts the provider's JSON into its own message.
  private static func nested(_ value: JSONValue) -> JSONValue {
    guard case .object(let pairs) = value, let error = pairs.first(where: { $0.key == "error" }),
      case .object = error.value
    else { return value }
    let inner = Bodies.text(.object([JSONPair("error", error.value)]))
    return ["error": ["message": .string("Upstream request failed: " + inner)]]
  }

  /// The request stands beside the error, as some servers send it back.
  private static func withEcho(_ value: JSONValue) -> JSONValue {
    guard case .object(let pairs) = value else { return value }
    let echo: JSONValue = [
      "messages": [
        ["role": "user", "content": "429 rate limit, insufficient credits, invalid api key"]
      ]
    ]
    return .object(
      pairs + [JSONPair("request", echo), JSONPair("input", "maximum context length")])
  }
}
