extension Parser {
  /// Goes past white space, and comments in JSON5.
  @inline(__always)
  mutating func skipSpace() throws(JSONFault) {
    // Mostly there is none.
    let next = source[at]
    if next > Byte.space, syntax == .strict || (next != Byte.slash && next < 0x80) { return }
    try skipSomeSpace()
  }

  @inline(never)
  private mutating func skipSomeSpace() throws(JSONFault) {
    while true {
      switch source[at] {
      case Byte.space, Byte.lineFeed, Byte.carriageReturn, Byte.tab:
        at += 1
      case Byte.verticalTab, Byte.formFeed:
        guard syntax == .json5 else { return }
        at += 1
      case Byte.slash:
        guard syntax == .json5, try skipComment() else { return }
      case 0x80...:
        guard syntax == .json5, skipWideSpace() else { return }
      default:
        return
      }
    }
  }

  /// Goes past a comment; false when the slash begins none.
  private mutating func skipComment() throws(JSONFault) -> Bool {
    let start = at
    switch source[at + 1] {
    case Byte.slash:
      at += 2
      while !isAtEnd, !isLineEnd() { at += 1 }
      return true
    case Byte.star:
      at += 2
      while !(source[at] == Byte.star && source[at + 1] == Byte.slash) {
        if isAtEnd { throw JSONFault(code: .unterminatedComment, offset: start) }
        at += 1
      }
      at += 2
      return true
    default:
      return false
    }
  }

  private func isLineEnd() -> Bool {
    source[at] == Byte.lineFeed || source[at] == Byte.carriageReturn || isWideLineEnd(at)
  }

  /// U+2028 or U+2029.
  func isWideLineEnd(_ offset: Int) -> Bool {
    source[offset] == 0xE2 && source[offset + 1] == 0x80
      && (source[offset + 2] == 0xA8 || source[offset + 2] == 0xA9)
  }

  /// No-break space, byte order mark, line and paragraph separators, and category Zs.
  private mutating func skipWideSpace() -> Bool {
    guard let (scalar, length) = source.scalar(at: at) else { return false }
    let isSpace =
      scalar == "\u{FEFF}" || scalar == "\u{2028}" || scalar == "\u{2029}"
      || scalar.properties.generalCategory == .spaceSeparator
    if isSpace { at += length }
    return isSpace
  }

  /// An unquoted key: an ECMAScript identifier name.
  mutating func identifier() throws(JSONFault) -> String {
    var name = ""
    while let (scalar, length) = source.scalar(at: at) {
      if scalar == "\\" {
        name.unicodeScalars.append(try identifierEscape(isFirst: name.isEmpty))
      } else if isIdentifier(scalar, isFirst: name.isEmpty) {
        name.unicodeScalars.append(scalar)
        at += length
      } else {
        break
      }
    }
    if name.isEmpty { throw unexpected() }
    return name
  }

  private mutating func identifierEscape(isFirst: Bool) throws(JSONFault) -> Unicode.Scalar {
    let start = at
    guard source[at + 1] == Byte.lowerU, let unit = hexUnit(at: at + 2, digits: 4),
      let scalar = Unicode.Scalar(unit), isIdentifier(scalar, isFirst: isFirst)
    else { throw JSONFault(code: .invalidEscape, offset: start) }
    at += 6
    return scalar
  }

  private func isIdentifier(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
    if scalar == "$" || scalar == "_" { return true }
    if scalar.properties.isIDStart { return true }
    return !isFirst
      && (scalar.properties.isIDContinue || scalar == "\u{200C}" || scalar == "\u{200D}")
  }
}
