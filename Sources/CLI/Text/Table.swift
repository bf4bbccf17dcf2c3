/// Rows in aligned columns.
struct Table {
  struct Column {
    var title: String
    var isRightAligned = false
    /// Columns at most; longer cells are cut.
    var limit: Int = .max
  }

  var columns: [Column]
  /// Cells without styles; `paint` colours them after they are measured.
  private(set) var rows: [[String]] = []
  var paint: (_ row: Int, _ column: Int, _ text: String) -> String = { $2 }

  init(_ columns: [Column]) { self.columns = columns }

  /// Cells may come from jobs: they are made safe here.
  mutating func add(_ cells: String...) {
    rows.append(
      zip(cells, columns).map { TextCut.fitted(Sanitizer.line($0), to: $1.limit) })
  }

  /// The table as lines; the last column is cut where a width is given.
  ///
  /// - Parameters:
  ///   - style: For the head.
  ///   - width: Columns of the terminal; nil: nothing is cut.
  ///   - hasHead: Titles come first.
  /// - Returns: The head and one line a row.
  func text(style: Style, width: Int?, hasHead: Bool = true) -> String {
    let widths = columns.indices.map { column in
      rows.reduce(DisplayWidth.of(columns[column].title)) {
        max($0, DisplayWidth.of($1[column]))
      }
    }
    let before = widths.dropLast().reduce(0) { $0 + $1 + 2 }
    let last = width.map { max(8, $0 - before) } ?? Int.max
    var lines: [String] = []
    if hasHead { lines.append(style.dim(line(columns.map(\.title), widths, last: last) { $1 })) }
    for (index, row) in rows.enumerated() {
      lines.append(line(row, widths, last: last) { paint(index, $0, $1) })
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(
    _ cells: [String], _ widths: [Int], last: Int, paint: (Int, String) -> String
  ) -> String {
    var text = ""
    for (index, cell) in cells.enumerated() {
      let isLast = index == cells.count - 1
      let fitted = isLast ? TextCut.fitted(cell, to: last) : cell
      let gap = String(repeating: " ", count: max(0, widths[index] - DisplayWidth.of(fitted)))
      let shown = paint(index, fitted)
      if columns[index].isRightAligned {
        text += gap + shown
      } else {
        text += isLast ? shown : shown + gap
      }
      if !isLast { text += "  " }
    }
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }
}

/// Cuts text to columns of a terminal.
enum TextCut {
  /// The text, or its beginning with an ellipsis; never cuts inside a character.
  static func fitted(_ text: String, to width: Int) -> String {
    guard width < Int.max, DisplayWidth.of(text) > width else { return text }
    var kept = ""
    var used = 1
    for character in text {
      used += DisplayWidth.of(character)
      if used > width { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// The end of a path, which tells more than its beginning.
  static func fittedPath(_ text: String, to width: Int) -> String {
    guard DisplayWidth.of(text) > width else { return text }
    return "…" + String(String(fitted(String(text.reversed()), to: width).dropLast()).reversed())
  }
}
