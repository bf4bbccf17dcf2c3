/// Colours, where the terminal has them. Never the only carrier of a meaning.
package struct Style: Sendable {
  package var isColoured: Bool

  package static let plain = Style(isColoured: false)

  package init(isColoured: Bool) { self.isColoured = isColoured }

  /// Colour only on a terminal that can, and where `NO_COLOR` does not forbid it.
  ///
  /// - Parameters:
  ///   - isTerminal: The stream is one.
  ///   - variable: Looks up an environment variable.
  package init(isTerminal: Bool, variable: (String) -> String?) {
    let forbids = variable("NO_COLOR").map { !$0.isEmpty } ?? false
    isColoured = isTerminal && !forbids && variable("TERM") != "dumb"
  }

  func bold(_ text: String) -> String { wrap(text, "1") }
  func dim(_ text: String) -> String { wrap(text, "2") }
  func good(_ text: String) -> String { wrap(text, "32") }
  func bad(_ text: String) -> String { wrap(text, "31") }
  func warning(_ text: String) -> String { wrap(text, "33") }

  private func wrap(_ text: String, _ code: String) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
