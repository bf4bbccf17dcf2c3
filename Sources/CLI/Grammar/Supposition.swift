package import Fallback

/// One entry of `chain --what-if`: how a provider is supposed to answer. Several entries of one
/// provider are its answers in order; the last one stays.
package struct Supposition: Sendable, Hashable {
  package enum Answer: Sendable, Hashable {
    case status(Int)
    case fault(TransportFault)
    /// A failure of a class, with the scope that it usually has.
    case failure(FailureClass)
    /// Asked for a new secret, it gives one.
    case refresh
    /// Asked about the account, it says that it has been paid; then it gives a new secret too.
    case paid
    /// Asked for its models, it recommends another one.
    case models
  }

  package var provider: String
  package var answer: Answer

  package init(provider: String, answer: Answer) {
    self.provider = provider
    self.answer = answer
  }

  /// Reads `openrouter=402,nous=401,nous=refresh,nous=ok,local=timeout`.
  ///
  /// - Parameter text: What was typed.
  /// - Returns: nil where an entry is none of `provider=status`, `provider=fault`, `provider=class`,
  ///   `provider=refresh`, `provider=paid` and `provider=models`.
  package static func parse(_ text: String) -> [Supposition]? {
    var found: [Supposition] = []
    for entry in text.split(separator: ",") {
      let sides = entry.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, let answer = Answer(sides[1]) else { return nil }
      found.append(Supposition(provider: String(sides[0]), answer: answer))
    }
    return found.isEmpty ? nil : found
  }
}

extension Supposition.Answer {
  fileprivate init?(_ word: Substring) {
    if word == "ok" {
      self = .status(200)
    } else if word == "refresh" {
      self = .refresh
    } else if word == "paid" {
      self = .paid
    } else if word == "models" {
      self = .models
    } else if let status = Int(word), (100...599).contains(status) {
      self = .status(status)
    } else if let fault = TransportFault(rawValue: String(word)) {
      self = .fault(fault)
    } else if let failure = FailureClass(rawValue: String(word)), failure != .unknown {
      self = .failure(failure)
    } else {
      return nil
    }
  }
}
