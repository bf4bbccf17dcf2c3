import Dispatch
import Foundation
import Kinds

/// How the built-in engine compares with the first sentences and with random ones, against summaries
/// that the authors wrote. Figures are relative: body and summary come from the same hand.
struct RougeBenchmark {
  var folders: [String]
  var limit = 600
  var words = 100

  /// Less says nothing.
  private static let least = 30

  private struct Row {
    var name: String
    var one: [Double] = []
    var two: [Double] = []
  }

  func report() {
    let corpus = SummaryPairs(folders: folders, limit: limit)
    let place = folders.joined(separator: ", ")
    guard corpus.pairs.count >= Self.least else {
      print(
        "rouge: SKIPPED: \(corpus.pairs.count) documents with a summary by their authors among \(corpus.files) files below \(place); give a folder of proposals or papers: --corpus FOLDER"
      )
      return
    }
    print(
      "rouge: \(corpus.pairs.count) documents of \(corpus.files) files below \(place), \(words) words each"
    )
    let rows = scores(corpus.pairs)
    for row in rows {
      print(
        String(
          format: "  %@ R1 %5.2f  R2 %5.2f",
          row.name.padding(toLength: 12, withPad: " ", startingAt: 0), mean(row.one), mean(row.two))
      )
    }
    for other in rows.dropFirst() {
      for (name, own, their) in [("R1", rows[0].one, other.one), ("R2", rows[0].two, other.two)] {
        let difference = PairedBootstrap(own, their)
        print(
          String(
            format: "  extractive minus %@ %@: %+.2f [%+.2f, %+.2f]", other.name, name,
            difference.mean * 100, difference.low * 100, difference.high * 100))
      }
    }
    speed(corpus.pairs)
  }

  private func mean(_ values: [Double]) -> Double {
    100 * values.reduce(0, +) / Double(max(1, values.count))
  }

  private func scores(_ pairs: [SummaryPairs.Pair]) -> [Row] {
    var rows = ["extractive", "LEAD", "random"].map { Row(name: $0) }
    for (index, pair) in pairs.enumerated() {
      let reference = RougeScore.words(pair.reference)
      let body = Array(pair.body.utf8)
      let picked = KeySentences(of: body, words: words).sentences.joined(separator: " ")
      let sentences = Self.sentences(body)
      add(picked, reference, to: &rows[0])
      add(sentences.joined(separator: " "), reference, to: &rows[1])
      var (one, two) = (0.0, 0.0)
      for seed in 0..<5 {
        var random = SeededGenerator(UInt64(index * 5 + seed + 1))
        let drawn = cut(RougeScore.words(sentences.shuffled(using: &random).joined(separator: " ")))
        one += RougeScore.f1(drawn, reference, n: 1) / 5
        two += RougeScore.f1(drawn, reference, n: 2) / 5
      }
      rows[2].one.append(one)
      rows[2].two.append(two)
    }
    return rows
  }

  private func add(_ text: String, _ reference: [String], to row: inout Row) {
    let found = cut(RougeScore.words(text))
    row.one.append(RougeScore.f1(found, reference, n: 1))
    row.two.append(RougeScore.f1(found, reference, n: 2))
  }

  private func cut(_ all: [String]) -> [String] { Array(all.prefix(words)) }

  private static func sentences(_ body: [UInt8]) -> [String] {
    Sentences.ranges(in: body, 0..<body.count).map { String(decoding: body[$0], as: UTF8.self) }
      .filter { $0.contains(where: \.isLetter) }
  }

  /// Five megabytes of the same text.
  private func speed(_ pairs: [SummaryPairs.Pair]) {
    var text: [UInt8] = []
    while text.count < 5_000_000 {
      for pair in pairs where text.count < 5_000_000 { text += Array((pair.body + "\n\n").utf8) }
    }
    var seconds: [Double] = []
    var considered = 0
    for _ in 0..<5 {
      let began = DispatchTime.now().uptimeNanoseconds
      considered = KeySentences(of: text, words: 200).considered
      seconds.append(Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9)
    }
    print(
      "  \(text.count / 1_000_000) MB, \(considered) sentences: \(Spread(values: seconds)) s, median of 5"
    )
  }
}
