/// Makes readable text out of an HTML page: headings, paragraphs, lists and tables as Markdown,
/// without scripts, navigation and what is hidden.
struct HTMLText {
  /// UTF-8.
  private(set) var text: [UInt8]
  /// No main text stood out, so the whole body was taken.
  private(set) var isWholeBody = false

  /// Less than that cannot be what the page is about.
  private static let least = 200

  /// - Parameter html: UTF-8 with line feeds.
  /// - Complexity: O(n).
  init(_ html: [UInt8]) {
    let main = Self.chosen(HTMLReader.blocks(of: html, withFurniture: false))
    text = Self.joined(main)
    guard text.count < Self.least else { return }
    let whole = Self.joined(HTMLReader.blocks(of: html, withFurniture: true))
    guard whole.count > text.count else { return }
    text = whole
    isWholeBody = true
  }

  /// Whether bytes are a page: by name, or by how they begin.
  static func isHTML(_ text: [UInt8], name: String?) -> Bool {
    let name = (name ?? "").lowercased()
    if [".html", ".htm", ".xhtml"].contains(where: name.hasSuffix) { return true }
    let start = String(decoding: text.prefix(512), as: UTF8.self).lowercased()
      .drop(while: \.isWhitespace)
    return start.hasPrefix("<!doctype html") || start.hasPrefix("<html")
      || start.hasPrefix("<?xml") && start.contains("<html")
  }

  /// The main part where the page names one, and no lists of links.
  private static func chosen(_ blocks: [HTMLBlock]) -> [HTMLBlock] {
    let content = blocks.filter { !$0.isLinks }
    let size = { (some: [HTMLBlock]) in some.reduce(0) { $0 + $1.text.utf8.count } }
    let main = content.filter(\.isInMain)
    let isEnough = size(main) >= least && size(main) * 10 >= size(content) * 3
    return isEnough ? main : content
  }

  private static func joined(_ blocks: [HTMLBlock]) -> [UInt8] {
    var result: [UInt8] = []
    var last: HTMLBlock.Kind?
    for block in blocks {
      if let last {
        let isTight = last == block.kind && (last == .item || last == .row)
        result += Array((isTight ? "\n" : "\n\n").utf8)
      }
      result += Array(block.markdown.utf8)
      last = block.kind
    }
    return result
  }
}

/// A piece of a page that reads as one.
struct HTMLBlock {
  enum Kind: Equatable { case paragraph, heading(Int), item, row, code, quote }

  var kind: Kind
  var text: String
  /// Characters that stand in links.
  var linked: Int
  var isInMain: Bool
  /// Of lists, from 0.
  var depth = 0

  /// Mostly links and short: a way to elsewhere.
  var isLinks: Bool {
    if case .heading = kind { return false }
    return linked * 5 > text.count * 3 && text.count < 200
  }

  var markdown: String {
    switch kind {
    case .paragraph: text
    case .heading(let level): String(repeating: "#", count: level) + " " + text
    case .item: String(repeating: "  ", count: min(depth, 6)) + "- " + text
    case .row: "| " + text + " |"
    case .code: "```\n" + text + "\n```"
    case .quote: "> " + text
    }
  }
}
