extension Parser {
  /// Reads a number as it is written.
  mutating func number() throws(JSONFault) -> String {
    let start = at
    if source[at] == Byte.minus || (syntax == .json5 && source[at] == Byte.plus) { at += 1 }
    if syntax == .json5, take("Infinity") || take("NaN") { return source.string(start..<at) }
    let isHex = source[at] == Byte.zero && source[at + 1] | 0x20 == 0x78
    if syntax == .json5, isHex {
      at += 2
      guard skip(while: { Byte.hexValue($0) != nil }) > 0 else { throw invalid(start) }
    } else {
      try decimal(from: start)
    }
    if isNumberTail(source[at]) { throw invalid(start) }
    return source.string(start..<at)
  }

  private mutating func decimal(from start: Int) throws(JSONFault) {
    let hasLeadingZero = source[at] == Byte.zero
    let whole = skip(while: Byte.isDigit)
    if whole == 0, !(syntax == .json5 && source[at] == Byte.dot) {
      if at > start { throw invalid(start) }
      throw unexpected()
    }
    if hasLeadingZero, whole > 1 { throw invalid(start) }
    if source[at] == Byte.dot {
      at += 1
      let fraction = skip(while: Byte.isDigit)
      if fraction == 0, syntax == .strict || whole == 0 { throw invalid(start) }
    }
    if source[at] | 0x20 == Byte.lowerE {
      at += 1
      if source[at] == Byte.plus || source[at] == Byte.minus { at += 1 }
      if skip(while: Byte.isDigit) == 0 { throw invalid(start) }
    }
  }

  /// Goes past bytes of a sort, and counts them.
  private mutating func skip(while isWanted: (UInt8) -> Bool) -> Int {
    let start = at
    while isWanted(source[at]) { at += 1 }
    return at - start
  }

  private func isNumberTail(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, Byte.dot, Byte.plus, Byte.minus: true
    default: false
    }
  }

  private func invalid(_ start: Int) -> JSONFault {
    JSONFault(code: .invalidNumber, offset: start)
  }
}
