/// Walks through a page once and cuts it into blocks. It needs no tree: what is open counts, not what
/// is nested how, and broken pages read as well as sound ones.
struct HTMLReader {
  private let bytes: [UInt8]
  private let withFurniture: Bool
  private var blocks: [HTMLBlock] = []
  private var buffer = ""
  private var linked = 0
  private var kind = HTMLBlock.Kind.paragraph
  private var cells: [String] = []
  private var openLinks = 0
  private var openMains = 0
  private var openLists = 0
  private var openCode = 0
  /// The element that is passed over, and how many of its name are open.
  private var skipped: (name: String, depth: Int)?

  /// - Parameters:
  ///   - html: UTF-8.
  ///   - withFurniture: Navigation and the like count too.
  /// - Returns: In the order of the page.
  static func blocks(of html: [UInt8], withFurniture: Bool) -> [HTMLBlock] {
    var reader = HTMLReader(html, withFurniture)
    reader.read()
    return reader.blocks
  }

  private init(_ html: [UInt8], _ withFurniture: Bool) {
    bytes = html
    self.withFurniture = withFurniture
  }

  private mutating func read() {
    var index = 0
    var plain = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "<"), let (tag, end) = HTMLTag.read(bytes, at: index) {
        add(plain..<index)
        index = end
        if let tag { index = take(tag, before: end) }
        plain = index
      } else if byte == UInt8(ascii: "&"), let (text, end) = HTMLEntities.decoded(bytes, at: index)
      {
        add(plain..<index)
        add(text)
        index = end
        plain = end
      } else {
        index += 1
      }
    }
    add(plain..<bytes.count)
    flush()
  }

  private mutating func add(_ range: Range<Int>) {
    guard !range.isEmpty, skipped == nil else { return }
    add(UTF8Text.string(bytes, range))
  }

  private mutating func add(_ text: String) {
    guard skipped == nil else { return }
    buffer += text
    if openLinks > 0 { linked += text.count }
  }

  // MARK: Tags

  /// - Returns: Where to go on.
  private mutating func take(_ tag: HTMLTag, before end: Int) -> Int {
    if let open = skipped {
      guard tag.name == open.name else {
        return HTMLTag.raw.contains(tag.name) && !tag.isEnd ? endOfRaw(tag.name, from: end) : end
      }
      let depth = open.depth + (tag.isEnd ? -1 : 1)
      skipped = depth == 0 ? nil : (open.name, depth)
      return end
    }
    if HTMLTag.raw.contains(tag.name) { return tag.isEnd ? end : endOfRaw(tag.name, from: end) }
    if tag.isEnd { close(tag.name) } else { open(tag) }
    return end
  }

  private func endOfRaw(_ name: String, from start: Int) -> Int {
    let closing = Array("</\(name)".utf8)
    var index = start
    while index + closing.count <= bytes.count {
      if bytes[index] == UInt8(ascii: "<"),
        zip(closing, bytes[index...]).allSatisfy({ $0 == $1 || $0 == $1 | 0x20 })
      {
        return HTMLTag.read(bytes, at: index)?.end ?? bytes.count
      }
      index += 1
    }
    return bytes.count
  }

  private mutating func open(_ tag: HTMLTag) {
    let isDropped = tag.isHidden || tag.name == "head" || (!withFurniture && tag.isFurniture)
    if isDropped, !tag.isVoid, tag.name != "html", tag.name != "body" {
      if Self.breaks(tag.name) { flush() }
      skipped = (tag.name, 1)
      return
    }
    if tag.isMain { openMains += 1 }
    switch tag.name {
    case "a": openLinks += 1
    case "br": buffer += openCode > 0 ? "\n" : " "
    case "code" where openCode == 0, "kbd" where openCode == 0, "tt" where openCode == 0:
      buffer += "`"
    case "td", "th": endCell()
    default: openBlock(tag.name)
    }
  }

  private mutating func openBlock(_ name: String) {
    guard Self.breaks(name) else { return }
    // A paragraph inside a cell belongs to its row.
    if kind == .row, name == "p" || name == "div", buffer.utf8.count < 300 { return buffer += " " }
    flush()
    switch name {
    case "h1", "h2", "h3", "h4", "h5", "h6":
      kind = .heading(Int(name.dropFirst()) ?? 1)
    case "ul", "ol", "dl": openLists += 1
    case "li", "dt", "dd": kind = .item
    case "pre":
      openCode += 1
      kind = .code
    case "blockquote": kind = .quote
    case "tr": kind = .row
    default: break
    }
  }

  private mutating func close(_ name: String) {
    switch name {
    case "a": openLinks = max(0, openLinks - 1)
    case "code" where openCode == 0, "kbd" where openCode == 0, "tt" where openCode == 0:
      buffer += "`"
    case "td", "th": endCell()
    case "main", "article":
      flush()
      openMains = max(0, openMains - 1)
    case "pre":
      flush()
      openCode = max(0, openCode - 1)
    case "ul", "ol", "dl":
      flush()
      openLists = max(0, openLists - 1)
    case "p" where kind == .row, "div" where kind == .row: buffer += " "
    default: if Self.breaks(name) { flush() }
    }
  }

  private static let breaking: Set<String> = [
    "address", "article", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead",
    "tr", "ul", "aside", "footer", "form",
  ]

  private static func breaks(_ name: String) -> Bool { breaking.contains(name) }

  // MARK: Blocks

  private mutating func endCell() {
    let text = Directives.singleSpaced(buffer)
    if !text.isEmpty { cells.append(text.replacing("|", with: "/")) }
    buffer = ""
  }

  private mutating func flush() {
    if kind == .row { endCell() }
    let text =
      kind == .code
      ? Self.withoutEmptyEnds(buffer)
      : kind == .row ? cells.joined(separator: " | ") : Directives.singleSpaced(buffer)
    if !text.isEmpty {
      blocks.append(
        HTMLBlock(
          kind: kind, text: text, linked: linked, isInMain: openMains > 0,
          depth: max(0, openLists - 1)))
    }
    buffer = ""
    cells = []
    linked = 0
    kind = .paragraph
  }

  private static func withoutEmptyEnds(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let first = lines.first, first.allSatisfy(\.isWhitespace) { lines.removeFirst() }
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
    return lines.joined(separator: "\n")
  }
}
