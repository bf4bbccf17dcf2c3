import CLI
import Testing

@Suite struct SuggestionTests {
  @Test(
    "Words at an edit distance of two at most are suggested",
    arguments: [
      ("lst", ["list"]), ("lsit", ["list"]), ("ennqueu", ["enqueue"]), ("reslut", ["result"]),
      ("resum", ["resume"]), ("xyzzy", []), ("r", []), ("comp", ["completion"]),
      ("STATS", ["stats"]),
      ("", []),
    ])
  func commands(word: String, expected: [String]) {
    let names = CommandTable.standard.commands.map(\.name)
    #expect(Suggestion.nearest(to: word, among: names) == expected)
  }

  @Test("Equally near words are all suggested, three at most")
  func several() {
    #expect(
      Suggestion.nearest(to: "cat", among: ["car", "can", "cab", "cap"]) == ["car", "can", "cab"])
  }
}
