/// Tidies the text of a PDF file: pages become one text.
package enum PDFText {
  /// - Parameter text: What `pdftotext -layout` gave, UTF-8, pages ended by form feeds.
  /// - Returns: Without headers and footers that stand on most pages, without hyphens at line ends;
  ///   empty where there is nothing but white space.
  /// - Complexity: O(n).
  package static func cleaned(_ text: [UInt8]) -> [UInt8] {
    let pages = text.split(separator: 0x0C).map { page in
      page.split(separator: 0x0A, omittingEmptySubsequences: false).map(trimmedEnd)
    }
    let repeated = repeatedLines(pages)
    var lines: [[UInt8]] = []
    for page in pages {
      for (index, line) in page.enumerated() {
        let isAtEdge = isEdge(index, page)
        if isAtEdge, repeated.contains(shape(of: line)) { continue }
        append(line, to: &lines)
      }
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return Array(lines.drop(while: \.isEmpty).joined(separator: [0x0A]))
  }

  private static func trimmedEnd(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var line = line
    while let last = line.last, isSpace(last) { line.removeLast() }
    return Array(line)
  }

  /// Among the first or last two lines that are not empty.
  private static func isEdge(_ index: Int, _ page: [[UInt8]]) -> Bool {
    let filled = page.indices.filter { !page[$0].isEmpty }
    return filled.prefix(2).contains(index) || filled.suffix(2).contains(index)
  }

  /// Page numbers differ, so digits do not count.
  private static func shape(of line: [UInt8]) -> [UInt8] {
    line.filter { !isSpace($0) }.map { (0x30...0x39).contains($0) ? 0x23 : $0 }
  }

  private static func repeatedLines(_ pages: [[[UInt8]]]) -> Set<[UInt8]> {
    guard pages.count >= 3 else { return [] }
    var counts: [[UInt8]: Int] = [:]
    for page in pages {
      let edge = Set(page.indices.filter { isEdge($0, page) }.map { shape(of: page[$0]) })
      for line in edge where !line.isEmpty { counts[line, default: 0] += 1 }
    }
    return Set(counts.filter { $0.value >= 3 && $0.value * 2 > pages.count }.keys)
  }

  /// A word that was broken at the line end is put together again.
  private static func append(_ line: [UInt8], to lines: inout [[UInt8]]) {
    if line.isEmpty, lines.last?.isEmpty ?? true { return }
    let start = line.drop(while: isSpace)
    guard let last = lines.last, last.count > 2, last[last.count - 1] == UInt8(ascii: "-"),
      isLower(last[last.count - 2]), let first = start.first, isLower(first)
    else { return lines.append(line) }
    let rest = start.drop { !isSpace($0) }
    lines[lines.count - 1] = last.dropLast() + start[..<rest.startIndex]
    let left = rest.drop(while: isSpace)
    if !left.isEmpty { lines.append(Array(left)) }
  }

  private static func isLower(_ byte: UInt8) -> Bool {
    byte >= 0x61 && byte <= 0x7A || byte >= 0x80
  }
}
