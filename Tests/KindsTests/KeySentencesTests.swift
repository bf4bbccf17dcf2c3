import Kinds
import Testing

@Suite struct KeySentencesTests {
  private let document = """
    # The lighthouse report

    The lighthouse at Cape Arden was built in 1887 to guide ships around the reef. It has a \
    tower of forty metres. Many visitors like the view.

    In 2019 the lamp of the lighthouse was replaced by an automatic light. The keeper left the \
    lighthouse in the same year. Some people bring sandwiches.

    ```
    lighthouse lamp lighthouse lamp lighthouse code
    ```

    - The reef near the lighthouse still damages ships every winter.
    - Parking is free.

    The council decided to keep the lighthouse lamp in service until 2040, since ships still need \
    it near the reef. The weather was fine that day.
    """

  private func sentences(_ text: String, _ words: Int) -> [String] {
    KeySentences(of: Array(text.utf8), words: words).sentences
  }

  @Test("picks sentences of the text, in its order, within the budget")
  func order() {
    let found = sentences(document, 45)
    let flat = document.split(whereSeparator: \.isNewline).joined(separator: " ")
    #expect(found.count >= 2)
    #expect(found.joined(separator: " ").split(separator: " ").count <= 45)
    let places = found.compactMap { flat.firstRange(of: $0)?.lowerBound }
    #expect(places.count == found.count && places == places.sorted())
  }

  @Test("prefers what the document is about, and leaves code and headings out")
  func central() {
    let found = sentences(document, 60)
    #expect(found.contains { $0.contains("lighthouse") })
    #expect(
      !found.contains { $0.contains("sandwiches") || $0.contains("code") || $0.hasPrefix("#") })
  }

  @Test("says the same on every run")
  func deterministic() {
    let first = sentences(document, 50)
    for _ in 0..<5 { #expect(sentences(document, 50) == first) }
  }

  @Test("does not repeat itself")
  func redundancy() {
    let text =
      String(repeating: "The engine failed because the pump broke down. ", count: 5)
      + "The crew repaired the pump within two hours. Costs were covered by the insurance company."
    let found = sentences(text, 60)
    #expect(Set(found).count == found.count && found.count >= 2)
  }

  @Test("reads Chinese, where no spaces separate words")
  func chinese() {
    let text = "灯塔建于一八八七年，为船只指路。今天天气很好。灯塔的灯在二零一九年换成了自动灯。议会决定保留灯塔到二零四零年。有人带了三明治。"
    let found = sentences(text, 24)
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { text.contains($0) })
    #expect(found.joined().count <= 48)
  }

  @Test("cuts after a word where even the best sentence is too long")
  func longSentence() {
    let text = (1...200).map { "word\($0)" }.joined(separator: " ") + "."
    let found = sentences(text, 20)
    #expect(found.count == 1)
    #expect(found[0].hasSuffix("word20 …"))
  }

  @Test("finds something in a document that is all code, and nothing in an empty one")
  func extremes() {
    #expect(!sentences("```\nlet x = compute(1)\n```", 20).isEmpty)
    #expect(sentences("", 20).isEmpty)
    #expect(sentences("\n\n  \n", 20).isEmpty)
  }
}
