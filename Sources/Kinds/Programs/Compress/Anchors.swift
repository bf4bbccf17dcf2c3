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
    let flat = Directives.singleSpaced(text)
    let candidates = anchors.values.filter { $0.isSaid || $0.count > 1 }
      .sorted { ($0.weight, $0.order, $0.text) > ($1.weight, $1.order, $1.text) }
    var left = budget
    var taken: [Anchor] = []
    var there = 0
    for anchor in candidates {
      // Looking through the text costs more than the rest: not for what cannot fit any more.
      if left < Self.leastCost { break }
      if flat.contains(anchor.text) {
        there += 1
        continue
      }
      // One that lies inside another that was taken is there already.
      if taken.contains(where: { $0.text.contains(anchor.text) }) { continue }
      let cost = TokenEstimate.tokens(anchor.text) + 3
      guard cost <= left else { continue }
      left -= cost
      taken.append(anchor)
    }
    let texts = taken.sorted { ($0.order, $0.text) < ($1.order, $1.text) }.map(\.text)
    return (texts, candidates.count - taken.count - there)
  }

  // MARK: Finding them

  private mutating func add(_ text: String, by voice: Voice) {
    let text = SecretShapes.redacted(text)
    var count = 0
    for line in text.split(whereSeparator: \.isNewline) where count < Self.mostPerText {
      count += 1
      if voice == .tool || voice == .assistant, ErrorLine.isLikely(line) {
        note(error: line, voice)
      }
      for word in line.split(whereSeparator: Self.isBorder) {
        count += 1
        guard let anchor = AnchorShape.anchor(word, isTool: voice == .tool) else { continue }
        note(anchor, weight: voice.rawValue, isSaid: voice != .tool)
      }
    }
  }

  private mutating func note(error line: Substring, _ voice: Voice) {
    let text = Directives.singleSpaced(String(line.prefix(240)))
    guard text.utf8.count >= 8 else { return }
    note(text, weight: 5, isSaid: true)
  }

  private mutating func note(_ text: String, weight: Int, isSaid: Bool) {
    guard !text.contains("[secret]") else { return }
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

  private static func isBorder(_ character: Character) -> Bool {
    character.isWhitespace || "\"'`()<>[]{}|,;，。、；「」『』“”‘’".contains(character)
  }
}

/// Knows a word that must stay as it is.
enum AnchorShape {
  /// - Parameters:
  ///   - word: Without the white space and brackets around it.
  ///   - isTool: Out of the output of a tool, whose numbers say nothing by themselves.
  /// - Returns: The word without the punctuation at its end; nil where it is an ordinary one.
  static func anchor(_ word: Substring, isTool: Bool) -> String? {
    var word = word
    while let last = word.last, ".:!?*_-=".contains(last) { word.removeLast() }
    while let first = word.first, "*=:!".contains(first) { word.removeFirst() }
    let count = word.utf8.count
    guard count >= 3, count <= 200, !word.hasPrefix("--") || count > 4 else { return nil }
    guard isPath(word) || isIdentifier(word) || (!isTool && isNumber(word)) else { return nil }
    return String(word)
  }

  private static func isPath(_ word: Substring) -> Bool {
    guard word.utf8.count >= 4, word.contains(where: \.isLetter) else { return false }
    if word.contains("/") {
      return word.utf8.allSatisfy { $0 > 0x20 } && !word.hasPrefix("//") && !isAlternative(word)
    }
    guard let dot = word.lastIndex(of: "."), dot != word.startIndex else {
      return word.hasPrefix(".")
    }
    let ending = word[word.index(after: dot)...]
    return (1...5).contains(ending.utf8.count) && ending.first?.isLetter == true
      && ending.utf8.allSatisfy(isAlphanumeric) && word[..<dot].utf8.count >= 2
  }

  /// `and/or`, `yes/no`: short words on both sides, not a path.
  private static func isAlternative(_ word: Substring) -> Bool {
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { part in
        (1...6).contains(part.utf8.count) && part.allSatisfy { $0.isLetter && $0.isLowercase }
      }
  }

  private static func isIdentifier(_ word: Substring) -> Bool {
    let bytes = Array(word.utf8)
    guard bytes.count >= 4, bytes.allSatisfy({ isAlphanumeric($0) || "_-.#@:$%".utf8.contains($0) })
    else { return false }
    let digits = bytes.count { (0x30...0x39).contains($0) }
    let upper = bytes.count { (0x41...0x5A).contains($0) }
    let letters = bytes.count { (0x41...0x5A).contains($0 & 0xDF) }
    if digits > 0, letters > 0 { return true }
    if word.contains("_"), letters >= 4 { return true }
    // `ECONNREFUSED`, `camelCase`
    if upper == bytes.count, upper >= 6 { return true }
    return upper > 0 && letters == bytes.count
      && bytes.dropFirst().contains { (0x41...0x5A).contains($0) } && upper < letters
      && letters >= 6
  }

  private static func isNumber(_ word: Substring) -> Bool {
    let digits = word.utf8.count { (0x30...0x39).contains($0) }
    let rest = word.unicodeScalars.allSatisfy {
      ("0"..."9").contains($0) || ".,:%€$£¥+-xX°".unicodeScalars.contains($0)
    }
    return rest && digits >= 3
      || rest && digits >= 2 && word.contains(where: { ".%€$£¥".contains($0) })
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }
}
