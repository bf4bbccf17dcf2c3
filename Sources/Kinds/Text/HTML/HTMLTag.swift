/// One tag of an HTML page, as far as reading needs it.
struct HTMLTag {
  var name: String
  var isEnd: Bool
  var attributes: [String: String] = [:]

  /// Reads a tag.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - start: Of a `<`.
  /// - Returns: The tag (nil for comments, doctypes and the like) and where it ends; nil where `<` is
  ///   just a character.
  /// - Complexity: O(n) of the tag.
  static func read(_ bytes: [UInt8], at start: Int) -> (tag: HTMLTag?, end: Int)? {
    var index = start + 1
    guard index < bytes.count else { return nil }
    if bytes[index] == UInt8(ascii: "!") || bytes[index] == UInt8(ascii: "?") {
      return (nil, endOfDeclaration(bytes, from: index))
    }
    let isEnd = bytes[index] == UInt8(ascii: "/")
    if isEnd { index += 1 }
    let nameStart = index
    while index < bytes.count, isNameByte(bytes[index]) { index += 1 }
    guard index > nameStart, case 0x61...0x7A = bytes[nameStart] | 0x20 else { return nil }
    let name = String(decoding: bytes[nameStart..<index], as: UTF8.self).lowercased()
    var tag = HTMLTag(name: name, isEnd: isEnd)
    index = tag.readAttributes(bytes, from: index)
    return (tag, index)
  }

  private static func endOfDeclaration(_ bytes: [UInt8], from start: Int) -> Int {
    let isComment = bytes[start...].starts(with: Array("!--".utf8))
    let closing = Array((isComment ? "-->" : ">").utf8)
    var index = start + (isComment ? 3 : 1)
    while index < bytes.count {
      if bytes[index] == closing[0], bytes[index...].starts(with: closing) {
        return index + closing.count
      }
      index += 1
    }
    return bytes.count
  }

  private mutating func readAttributes(_ bytes: [UInt8], from start: Int) -> Int {
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: ">") { return index + 1 }
      if isSpace(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=") {
        index += 1
        continue
      }
      let nameStart = index
      while index < bytes.count, !isSpace(bytes[index]), !"=>/".utf8.contains(bytes[index]) {
        index += 1
      }
      let name = String(decoding: bytes[nameStart..<index], as: UTF8.self).lowercased()
      let (value, end) = Self.value(bytes, from: index)
      if attributes.count < 64 { attributes[name] = value }
      index = max(end, nameStart + 1)
    }
    return index
  }

  private static func value(_ bytes: [UInt8], from start: Int) -> (String, Int) {
    var index = start
    while index < bytes.count, isSpace(bytes[index]) { index += 1 }
    guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { return ("", start) }
    index += 1
    while index < bytes.count, isSpace(bytes[index]) { index += 1 }
    guard index < bytes.count else { return ("", index) }
    let quote = bytes[index]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      let valueStart = index + 1
      index = valueStart
      while index < bytes.count, bytes[index] != quote { index += 1 }
      let value = String(decoding: bytes[valueStart..<index], as: UTF8.self)
      return (value, min(index + 1, bytes.count))
    }
    let valueStart = index
    while index < bytes.count, !isSpace(bytes[index]), bytes[index] != UInt8(ascii: ">") {
      index += 1
    }
    return (String(decoding: bytes[valueStart..<index], as: UTF8.self), index)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    Template.isNameByte(byte) || byte == UInt8(ascii: ":")
  }

  // MARK: What it is for

  private static let voids: Set<String> = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
  ]
  /// Their content is no text for readers.
  private static let furniture: Set<String> = [
    "head", "nav", "footer", "aside", "form", "button", "select", "svg", "math", "iframe",
    "object", "canvas", "audio", "video", "dialog", "menu",
  ]
  /// Their content is not HTML.
  static let raw: Set<String> = ["script", "style", "noscript", "template", "textarea", "xmp"]

  private static let telling: Set<String> = [
    "nav", "navbar", "navigation", "menu", "sidebar", "footer", "advert", "advertisement", "ads",
    "cookie", "cookies", "banner", "breadcrumb", "breadcrumbs", "social", "share", "sharing",
    "related", "newsletter", "popup", "modal", "subscribe", "promo", "skip", "masthead",
  ]

  var isVoid: Bool { Self.voids.contains(name) }

  var isHidden: Bool {
    if attributes["hidden"] != nil || attributes["aria-hidden"]?.lowercased() == "true" {
      return true
    }
    let style = (attributes["style"] ?? "").lowercased().filter { !$0.isWhitespace }
    return style.contains("display:none") || style.contains("visibility:hidden")
  }

  /// Belongs to the site, not to the page.
  var isFurniture: Bool {
    if Self.furniture.contains(name) { return true }
    if ["navigation", "banner", "contentinfo", "search", "menu"].contains(
      attributes["role"]?.lowercased() ?? "")
    {
      return true
    }
    guard name == "div" || name == "section" || name == "ul" || name == "span" else { return false }
    let words = "\(attributes["class"] ?? "") \(attributes["id"] ?? "")".lowercased()
      .split { !$0.isLetter }
    return words.contains { Self.telling.contains(String($0)) }
  }

  var isMain: Bool {
    name == "main" || name == "article" || attributes["role"]?.lowercased() == "main"
  }
}
