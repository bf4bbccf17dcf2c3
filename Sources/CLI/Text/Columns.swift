/// Lays words out in columns, as help and tables need it.
enum Columns {
  /// The usual width of a terminal that nobody has asked.
  static let width = 90

  /// Breaks text into lines at spaces.
  ///
  /// - Parameters:
  ///   - text: One paragraph.
  ///   - width: Columns of a line at most; a longer word stands alone.
  /// - Returns: The lines; none for blank text.
  static func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, DisplayWidth.of(line) + 1 + DisplayWidth.of(word) > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// Two columns, the right one wrapped; a left part that is too long gets a line of its own.
  static func definition(_ left: String, _ right: String, indent: Int = 2, column: Int = 26)
    -> [String]
  {
    let head = String(repeating: " ", count: indent) + left
    let margin = String(repeating: " ", count: column)
    let lines = wrap(right, width: width - column)
    let headWidth = DisplayWidth.of(head)
    guard headWidth + 2 <= column else { return [head] + lines.map { margin + $0 } }
    let gap = String(repeating: " ", count: column - headWidth)
    guard let first = lines.first else { return [head] }
    return [head + gap + first] + lines.dropFirst().map { margin + $0 }
  }
}
