/// Knows an answer that declines the task instead of doing it.
enum Refusal {
  private static let openings = [
    "i'm sorry, but i can", "i'm sorry, i can", "i am sorry, but i can", "sorry, but i can",
    "sorry, i can't", "i can't help", "i cannot help", "i can't assist", "i cannot assist",
    "i can't comply", "i cannot comply", "i can't provide", "i cannot provide",
    "i can't summar", "i cannot summar", "i'm unable to", "i am unable to", "i'm not able to",
    "i am not able to", "i won't be able to", "as an ai language model", "as an ai,",
    "i must decline", "i apologize, but i can", "i apologise, but i can", "i can't do that",
    "i cannot fulfill", "i can't fulfill",
    "es tut mir leid, aber", "je suis désolé, mais", "lo siento, pero", "mi dispiace, ma",
    "我无法", "我不能", "抱歉，我", "对不起，我", "申し訳ありませんが", "죄송하지만",
    "извините, но я", "к сожалению, я не могу",
  ]

  /// Only a short answer counts: a long one that begins with regret still holds something.
  static func isLikely(_ text: String) -> Bool {
    guard text.utf8.count < 1200 else { return false }
    let start = String(text.prefix(80)).lowercased().replacing("’", with: "'")
    let plain = start.drop { !$0.isLetter }
    return openings.contains { plain.hasPrefix($0) }
  }
}
