/// What has to come out of a summary letter by letter: paths, addresses, identifiers, versions,
/// numbers, exact errors. Those that the model dropped are put back by code.
struct Anchors {
  private struct Anchor {
    var text: String
    var weight: Int
    /// Of the last mention.
    var order: Int
    /// Mentioned by somebody, or in an error; tools alone name too much.
    var isSaid: Bool
    var count: Int
  }

  private var anchors: [String: Anchor] = [:]
  private var order = 0
  private static let mostPerText = 4_000
  /// Tokens of the shortest anchor in its line.
  private static let leastCost = 5

  /// Who wrote a text: what the person names counts most.
  enum Voice: Int { case tool = 1, call = 3, assistant = 4, memory = 6, person = 8 }

  init(_ transcript: Transcript, replacing indices: some Sequence<Int>, previous: Memory?) {
    if let previous {
      add(previous.body, by: .memory)
      // Whole, as they were found: an error message is more than its words.
      for anchor in previous.anchors { note(anchor, weight: Voice.memory.rawValue, isSaid: true) }
    }
    for index in indices {
      let turn = transcript.turns[index]
      let isResult = !turn.answers.isEmpty
      let voice: Voice = isResult ? .tool : turn.isRequest ? .person : .assistant
      add(ThinkTags.stripped(from: turn.message.text), by: voice)
      for call in turn.calls { add(call.arguments, by: .call) }
    }
  }

  /// Those that a text lacks, weightiest first, as far as the budget goes.
  ///
  /// - Parameters:
  ///   - text: The memory so far.
  ///   - budget: Tokens.
  /// - Returns: In the order in which they were mentioned, and how many did not fit.
  func missing(in text: String, budget: Int) -> (texts: [String], leftOut: Int) {
    let flat = ByteIndex(Directives.singleSpaced(text))
    var takenTexts = ByteIndex()
    let candidates = anchors.values.filter { $0.isSaid || $0.count > 1 }
      .sorted { ($0.weight, $0.order, $0.text) > ($1.weight, $1.order, $1.text) }
    var left = budget
    var taken: [Anchor] = []
    var there = 0
    for anchor in candidates {
      if left < Self.leastCost { break }
      if flat.contains(anchor.text) {
        there += 1
        continue
      }
      // One that lies inside another that was taken is there already.
      if takenTexts.contains(anchor.text) { continue }
      let cost = TokenEstimate.tokens(anchor.text) + 3
      guard cost <= left else { continue }
      left -= cost
      taken.append(anchor)
      takenTexts.add(anchor.text)
    }
    let texts = taken.sorted { ($0.order, $0.text) < ($1.order, $1.text) }.map(\.text)
    return (texts, candidates.count - taken.count - there)
  }

  // MARK: Finding them

  private mutating func add(_ text: String, by voice: Voice) {
    let bytes = Array(SecretShapes.redacted(text).utf8)
    var count = 0
    for line in bytes.split(whereSeparator: { (0x0A...0x0D).contains($0) })
    where count < Self.mostPerText {
      count += 1
      if voice == .tool || voice == .assistant, ErrorLine.isLikely(line) {
        note(error: String(decoding: line, as: UTF8.self), voice)
      }
      let words = AnchorShape.words(in: bytes, line.startIndex..<line.endIndex)
      count += words.count
      for word in words where AnchorShape.isPossible(bytes[word]) {
        let text = UTF8Text.string(bytes, word)
        guard let anchor = AnchorShape.anchor(text[...], isTool: voice == .tool) else { continue }
        note(anchor, weight: voice.rawValue, isSaid: voice != .tool)
      }
    }
  }

  private mutating func note(error line: String, _ voice: Voice) {
    let text = Directives.singleSpaced(String(line.prefix(240)))
    guard text.utf8.count >= 8 else { return }
    note(text, weight: 5, isSaid: true)
  }

  private mutating func note(_ text: String, weight: Int, isSaid: Bool) {
    // Looking for a bracket first spares most words the search.
    if text.utf8.contains(UInt8(ascii: "[")), text.contains("[secret]") { return }
    order += 1
    var anchor =
      anchors[text] ?? Anchor(text: text, weight: 0, order: 0, isSaid: false, count: 0)
    // Mentioned often counts, but not without end.
    if anchor.count < 4 { anchor.weight += weight }
    anchor.count += 1
    anchor.order = order
    anchor.isSaid = anchor.isSaid || isSaid
    anchors[text] = anchor
  }
}
