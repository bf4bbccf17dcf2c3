/// ROUGE-N F1 against one reference: lower case, no stemming, words of letters and digits.
/// https://aclanthology.org/W04-1013/
enum RougeScore {
  static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  static func f1(_ candidate: [String], _ reference: [String], n: Int) -> Double {
    let (found, sought) = (counts(candidate, n), counts(reference, n))
    let common = found.reduce(0) { $0 + min($1.value, sought[$1.key] ?? 0) }
    guard common > 0 else { return 0 }
    let precision = Double(common) / Double(max(1, candidate.count - n + 1))
    let recall = Double(common) / Double(max(1, reference.count - n + 1))
    return 2 * precision * recall / (precision + recall)
  }

  private static func counts(_ words: [String], _ n: Int) -> [String: Int] {
    var counts: [String: Int] = [:]
    guard words.count >= n else { return counts }
    for start in 0...(words.count - n) {
      counts[words[start..<start + n].joined(separator: " "), default: 0] += 1
    }
    return counts
  }
}

/// The same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}

/// Whether one system is ahead of another over the same documents.
struct PairedBootstrap {
  var mean: Double
  /// 95 %.
  var low: Double
  var high: Double

  init(_ first: [Double], _ second: [Double], samples: Int = 10_000) {
    let differences = zip(first, second).map { $0 - $1 }
    let count = differences.count
    mean = differences.reduce(0, +) / Double(max(1, count))
    var random = SeededGenerator(7)
    var means: [Double] = []
    for _ in 0..<samples {
      var sum = 0.0
      for _ in 0..<count { sum += differences[Int.random(in: 0..<count, using: &random)] }
      means.append(sum / Double(max(1, count)))
    }
    means.sort()
    low = means[samples * 25 / 1_000]
    high = means[samples * 975 / 1_000 - 1]
  }
}
