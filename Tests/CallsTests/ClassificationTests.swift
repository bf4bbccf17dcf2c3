import Calls
import ClassRows
import Fallback
import Testing

struct ClassificationTests {
  @Test(
    "every failure gets its class, scope and wait",
    arguments: ClassificationRows.all + ClassificationVariants.all + ReportedFailures.all)
  func rows(row: ClassRow) {
    let failure = row.failure
    #expect(failure?.class == row.class, "rule \(failure?.rule ?? "none")")
    if let scope = row.scope { #expect(failure?.scope == scope, "rule \(failure?.rule ?? "none")") }
    if let wait = row.wait { #expect(failure?.wait == wait) }
  }

  @Test("ids of rules are unique")
  func uniqueIDs() {
    #expect(Set(rules.map(\.id)).count == rules.count)
  }

  @Test("any bytes at any status have an answer")
  func total() {
    var random = Jitter(seed: 11)
    let pieces = ClassificationRows.all.map { Array($0.body.utf8) }.filter { !$0.isEmpty }
    for _ in 0..<3_000 {
      var body = pieces[Int(random.next() % UInt64(pieces.count))]
      for _ in 0..<Int(random.next() % 6) where !body.isEmpty {
        let place = Int(random.next() % UInt64(body.count))
        switch random.next() % 3 {
        case 0: body[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: body.removeSubrange(place...)
        default: body.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        }
      }
      let status = Int(random.next() % 700) - 20
      let reply = HTTPReply(
        status: status, headers: [("retry-after", "\(random.next())")], body: body)
      let digest = ReplyReader(reply, provider: "x", allowsLength: false, now: ClassRow.now).digest
      let failure = classify(digest)
      #expect((200..<300).contains(status) || failure != nil)
      #expect(failure?.wait.map { (0...WaitHint.longest).contains($0) } ?? true)
    }
  }

  @Test("a refused parameter is named as it is adjusted")
  func parameters() {
    func parameter(_ body: String) -> String? {
      ClassRow.classified("any", 400, [], body)?.parameter
    }
    #expect(
      parameter(Bodies.openAI("unsupported_parameter", "no", param: "max_tokens")) == "max_tokens")
    #expect(
      parameter(Bodies.openAI(nil, "`temperature` is deprecated for this model.")) == "temperature")
    #expect(
      parameter(
        Bodies.openAI(
          nil, "Use 'max_completion_tokens': unsupported parameter max_tokens", param: "max_tokens")
      ) == "max_tokens")
    #expect(
      parameter(
        Bodies.openAI(
          nil, "response_format: Extra inputs are not permitted", param: "body.response_format.type"
        )) == "response_format")
    #expect(parameter(Bodies.openAI(nil, "json_schema is not supported")) == "response_format")
    #expect(parameter(Bodies.openAI("unsupported_parameter", "no", param: "seed")) == "seed")
  }
}
