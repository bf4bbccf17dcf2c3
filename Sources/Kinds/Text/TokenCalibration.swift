/// Corrects estimates of tokens by what a provider has counted.
package enum TokenCalibration {
  /// Less says more about one odd text than about the model.
  private static let leastSample = 2_000

  /// What estimates are to be multiplied with, still on the high side.
  ///
  /// - Parameters:
  ///   - estimated: Sum of the estimates of some requests.
  ///   - counted: Sum of what the provider counted for the same.
  /// - Returns: 1 where too little is known.
  package static func factor(estimated: Int, counted: Int) -> Double {
    guard estimated >= leastSample, counted > 0 else { return 1 }
    let ratio = Double(counted) / Double(estimated)
    // The next text may be denser than those that were counted.
    return min(max(ratio * 1.15, 0.5), 4)
  }

  /// Whether a count can be right: some servers report 0, or count what they had cached as nothing.
  package static func isPlausible(estimated: Int, counted: Int) -> Bool {
    estimated >= 50 && counted * 8 >= estimated && counted <= estimated * 8
  }

  package static func tokens(_ estimated: Int, by factor: Double) -> Int {
    Int((Double(estimated) * factor).rounded(.up))
  }

  /// The window in estimated tokens, for planning.
  package static func window(_ tokens: Int, by factor: Double) -> Int {
    max(1, Int(Double(tokens) / factor))
  }
}

/// Reads the size of the window out of what a provider says when a request was too long.
package enum ContextLimit {
  /// What stands before the number, in lower case. Wordings of OpenAI, Anthropic, vLLM, llama.cpp,
  /// Gemini and others.
  private static let announcements = [
    "maximum context length is", "maximum context length of", "context length is only",
    "context length is", "context length of", "context window of", "context window is",
    "context size (", "context size of", "context size is", "n_ctx\":", "n_ctx =", "n_ctx=",
    "max_model_len", "maximum number of tokens allowed (", "token count allowed (",
    "maximum allowed is", "maximum input length of", "maximum prompt length is", "limit is",
    "limit of", "tokens >",
  ]

  /// - Returns: Tokens; nil where no plausible number is named.
  package static func parse(_ text: String) -> Int? {
    let bytes = Array(text.lowercased().utf8)
    for announcement in announcements {
      let sought = Array(announcement.utf8)
      guard bytes.count >= sought.count else { continue }
      for index in 0...(bytes.count - sought.count)
      where bytes[index] == sought[0] && bytes[index...].starts(with: sought) {
        if let limit = number(bytes, from: index + sought.count) { return limit }
      }
    }
    return nil
  }

  /// The first number within a few characters, separators of thousands left out.
  private static func number(_ bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    while index < min(bytes.count, start + 16), !isDigit(bytes[index]) { index += 1 }
    var digits = ""
    while index < bytes.count, digits.utf8.count < 10 {
      if isDigit(bytes[index]) {
        digits.append(Character(Unicode.Scalar(bytes[index])))
      } else if bytes[index] != UInt8(ascii: ",") || index + 1 >= bytes.count
        || !isDigit(bytes[index + 1])
      {
        break
      }
      index += 1
    }
    guard let value = Int(digits), (256...20_000_000).contains(value) else { return nil }
    return value
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
