import Glibc

/// Picks the sentences that say most about a document, without a model.
///
/// Degree centrality over TF-IDF in its linear form (each sentence against the sum of all), a prior
/// for early sentences, then maximal marginal relevance under a word budget.
package struct KeySentences: Sendable, Hashable {
  /// In the order of the document, white space made single.
  package var sentences: [String]
  /// Sentences looked at.
  package var considered: Int

  /// - Parameters:
  ///   - text: A document in UTF-8; headings and code are passed over.
  ///   - budget: In words; two characters of a script without spaces count as one word.
  /// - Complexity: O(n) in time and memory, and once more for each picked sentence.
  package init(of text: [UInt8], words budget: Int) {
    var sentences = ProseSentences(text, kinds: .prose).all
    if sentences.isEmpty { sentences = ProseSentences(text, kinds: .everything).all }
    considered = sentences.count
    let space = SentenceSpace(text, sentences)
    var picked = space.pick(budget: max(1, budget))
    picked.sort()
    self.sentences = picked.map { Self.joined(text, sentences[$0].range) }
    if picked.isEmpty, let best = space.best {
      self.sentences = [Self.cut(Self.joined(text, sentences[best].range), words: budget)]
    }
  }

  private static func joined(_ text: [UInt8], _ range: Range<Int>) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    for byte in text[range] {
      if !isSpace(byte) { result.append(byte) } else if result.last != 0x20 { result.append(0x20) }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// A sentence longer than the whole budget is cut after a word.
  private static func cut(_ sentence: String, words: Int) -> String {
    let parts = sentence.split(separator: " ")
    if parts.count > words { return parts.prefix(words).joined(separator: " ") + " …" }
    return sentence.count > words * 12 ? String(sentence.prefix(words * 2)) + "…" : sentence
  }
}

/// The sentences of a document with where they stand.
struct ProseSentences {
  struct Sentence {
    /// Without white space around it.
    var range: Range<Int>
    var isFirstOfParagraph: Bool
  }

  enum Kinds { case prose, everything }

  private(set) var all: [Sentence] = []

  init(_ text: [UInt8], kinds: Kinds) {
    for block in BlockScanner.blocks(of: text)
    where kinds == .everything || Self.isProse(block.kind) {
      add(text, Self.withoutMark(text, block))
    }
  }

  private static func isProse(_ kind: Block.Kind) -> Bool {
    switch kind {
    case .paragraph, .listItem, .quote: true
    case .heading, .table, .fence, .code, .blank: false
    }
  }

  private static func withoutMark(_ text: [UInt8], _ block: Block) -> Range<Int> {
    guard block.kind == .listItem || block.kind == .quote else { return block.range }
    var start = block.range.lowerBound
    while start < block.range.upperBound, isSpace(text[start]) { start += 1 }
    while start < block.range.upperBound, !isSpace(text[start]) { start += 1 }
    return start..<block.range.upperBound
  }

  private mutating func add(_ text: [UInt8], _ paragraph: Range<Int>) {
    var isFirst = true
    for range in Sentences.ranges(in: text, paragraph) {
      for line in Self.lines(of: range, in: text) {
        let trimmed = Self.trimmed(line, in: text)
        guard !trimmed.isEmpty else { continue }
        all.append(Sentence(range: trimmed, isFirstOfParagraph: isFirst))
        isFirst = false
      }
    }
  }

  /// Text without sentence ends (a log, a list) goes by lines.
  private static func lines(of range: Range<Int>, in text: [UInt8]) -> [Range<Int>] {
    guard range.count > 600 else { return [range] }
    var result: [Range<Int>] = []
    var start = range.lowerBound
    for index in range where text[index] == 0x0A {
      result.append(start..<index)
      start = index + 1
    }
    return result + [start..<range.upperBound]
  }

  private static func trimmed(_ range: Range<Int>, in text: [UInt8]) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isSpace(text[start]) { start += 1 }
    while end > start, isSpace(text[end - 1]) { end -= 1 }
    return start..<end
  }
}

/// Sentences as unit vectors over their terms, stored flat.
private struct SentenceSpace {
  private var terms: [UInt32] = []
  private var weights: [Float] = []
  /// Where the terms of each sentence begin; one more than sentences.
  private var starts: [Int] = [0]
  private var lengths: [Int] = []
  private var scores: [Float] = []
  private var vocabulary = 0

  init(_ text: [UInt8], _ sentences: [ProseSentences.Sentence]) {
    collect(text, sentences)
    weigh()
    score(sentences)
  }

  private var count: Int { lengths.count }
  private func slots(_ sentence: Int) -> Range<Int> { starts[sentence]..<starts[sentence + 1] }

  var best: Int? { scores.indices.max { scores[$0] < scores[$1] } }

  private mutating func collect(_ text: [UInt8], _ sentences: [ProseSentences.Sentence]) {
    var reader = Terms()
    var own: [UInt32] = []
    for sentence in sentences {
      own.removeAll(keepingCapacity: true)
      lengths.append(reader.add(text, sentence.range, to: &own))
      own.sort()
      for term in own {
        if terms.count > starts[starts.count - 1], terms[terms.count - 1] == term {
          weights[weights.count - 1] += 1
        } else {
          terms.append(term)
          weights.append(1)
        }
      }
      starts.append(terms.count)
    }
    vocabulary = reader.count
  }

  /// Turns counts into TF-IDF of length 1.
  private mutating func weigh() {
    var documents = [Float](repeating: 0, count: vocabulary)
    for term in terms { documents[Int(term)] += 1 }
    let rarity = documents.map { logf((Float(count) + 1) / ($0 + 0.5)) }
    for sentence in 0..<count {
      var sum: Float = 0
      for slot in slots(sentence) {
        weights[slot] *= max(rarity[Int(terms[slot])], 0)
        sum += weights[slot] * weights[slot]
      }
      guard sum > 0 else { continue }
      let length = sum.squareRoot()
      for slot in slots(sentence) { weights[slot] /= length }
    }
  }

  private mutating func score(_ sentences: [ProseSentences.Sentence]) {
    var sum = [Float](repeating: 0, count: vocabulary)
    for slot in terms.indices { sum[Int(terms[slot])] += weights[slot] }
    let width = max(4, 0.4 * Float(count))
    scores = (0..<count).map { sentence in
      let degree = slots(sentence).reduce(Float(0)) { $0 + weights[$1] * sum[Int(terms[$1])] }
      let prior = 0.15 + expf(-Float(sentence) / width)
      return degree * prior * (sentences[sentence].isFirstOfParagraph ? 1 : 0.8)
    }
    if let most = scores.max(), most > 0 { scores = scores.map { $0 / most } }
  }

  /// Maximal marginal relevance with λ = 0.7; the same text always gives the same answer.
  func pick(budget: Int) -> [Int] {
    var picked: [Int] = []
    var left = budget
    var nearest = [Float](repeating: 0, count: count)
    var candidates = (0..<count).filter { lengths[$0] >= 3 && lengths[$0] <= budget }
    if candidates.isEmpty { candidates = (0..<count).filter { (1...budget).contains(lengths[$0]) } }
    var dense = [Float](repeating: 0, count: vocabulary)
    while let next = bestCandidate(candidates, nearest) {
      picked.append(next)
      left -= lengths[next]
      for slot in slots(next) { dense[Int(terms[slot])] = weights[slot] }
      candidates.removeAll { $0 == next || lengths[$0] > left }
      for candidate in candidates {
        let likeness = slots(candidate).reduce(Float(0)) {
          $0 + weights[$1] * dense[Int(terms[$1])]
        }
        nearest[candidate] = max(nearest[candidate], likeness)
      }
      for slot in slots(next) { dense[Int(terms[slot])] = 0 }
      candidates.removeAll { nearest[$0] > 0.95 }
    }
    return picked
  }

  private func bestCandidate(_ candidates: [Int], _ nearest: [Float]) -> Int? {
    var best: Int?
    var most = -Float.infinity
    for candidate in candidates {
      let value = 0.7 * scores[candidate] - 0.3 * nearest[candidate]
      if value > most { (best, most) = (candidate, value) }
    }
    return best
  }
}
