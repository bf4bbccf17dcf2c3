/// Where a host lies, told from its name alone: nothing is looked up.
package enum HostAddress {
  /// Sorts a host of a URL.
  ///
  /// - Parameter host: A name, an IPv4 address in any form that resolvers take (`127.1`,
  ///   `0x7f000001`, `2130706433`), or an IPv6 address with or without brackets.
  /// - Returns: `private` for private, link-local and carrier ranges, names without a dot and names
  ///   that only local resolvers know.
  package static func classify(_ host: String) -> HostClass {
    var name = host.lowercased()
    if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
    if name.contains(":") { return ipv6(name).map(classify) ?? .public }
    if name.hasSuffix(".") { name.removeLast() }
    if let address = ipv4(name) { return classify(ipv4: address) }
    if name == "localhost" || name.hasSuffix(".localhost") { return .loopback }
    let isLocal = [".local", ".internal", ".lan", ".home.arpa", ".intranet", ".test"].contains {
      name.hasSuffix($0)
    }
    return isLocal || !name.contains(".") ? .private : .public
  }

  /// Link-local addresses, where clouds keep the keys of the machine: no provider lives there.
  ///
  /// - Parameter host: As for `classify`.
  /// - Returns: True for 169.254.0.0/16, fe80::/10, and the metadata service's fd00:ec2::254.
  package static func isLinkLocal(_ host: String) -> Bool {
    var name = host.lowercased()
    if name.hasPrefix("["), name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
    if let address = ipv4(name) { return address >> 16 == 0xA9FE }
    guard name.contains(":"), let words = ipv6(name) else { return false }
    if let address = mapped(words) { return address >> 16 == 0xA9FE }
    return words[0] & 0xFFC0 == 0xFE80 || words == [0xFD00, 0x0EC2, 0, 0, 0, 0, 0, 0x0254]
  }

  private static func classify(ipv4 address: UInt32) -> HostClass {
    switch address {
    // Connecting to 0.0.0.0 reaches this machine.
    case 0, 0x7F00_0000...0x7FFF_FFFF: .loopback
    case 0x0000_0001...0x00FF_FFFF, 0xC000_0000...0xC000_00FF: .private
    case 0x0A00_0000...0x0AFF_FFFF, 0xAC10_0000...0xAC1F_FFFF, 0xC0A8_0000...0xC0A8_FFFF,
      0xA9FE_0000...0xA9FE_FFFF, 0x6440_0000...0x647F_FFFF:
      .private
    default: .public
    }
  }

  private static func classify(_ words: [UInt16]) -> HostClass {
    if words.dropLast().allSatisfy({ $0 == 0 }) {
      if words[7] <= 1 { return .loopback }
    }
    if let address = mapped(words) { return classify(ipv4: address) }
    if words[0] & 0xFE00 == 0xFC00 || words[0] & 0xFFC0 == 0xFE80 { return .private }
    return .public
  }

  /// The IPv4 address inside one of the form ::ffff:a.b.c.d, or behind the translation prefix
  /// 64:ff9b::/96.
  private static func mapped(_ words: [UInt16]) -> UInt32? {
    let isMapped = words.prefix(5).allSatisfy { $0 == 0 } && words[5] == 0xFFFF
    let isTranslated = Array(words.prefix(6)) == [0x64, 0xFF9B, 0, 0, 0, 0]
    return isMapped || isTranslated ? UInt32(words[6]) << 16 | UInt32(words[7]) : nil
  }

  /// Reads an IPv4 address as inet_aton does: one to four parts, each decimal, octal or hexadecimal;
  /// the last part fills what is left.
  static func ipv4(_ text: String) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...4).contains(parts.count) else { return nil }
    var address: UInt64 = 0
    for (index, part) in parts.enumerated() {
      guard let number = ipv4Part(part) else { return nil }
      let isLast = index == parts.count - 1
      let bits = isLast ? 8 * UInt64(5 - parts.count) : 8
      guard number < 1 << bits else { return nil }
      address = address << bits | number
    }
    return UInt32(address)
  }

  private static func ipv4Part(_ part: Substring) -> UInt64? {
    guard let first = part.first, first.isASCII, first.isNumber else { return nil }
    if part.hasPrefix("0x") { return UInt64(part.dropFirst(2), radix: 16) }
    return UInt64(part, radix: part.count > 1 && first == "0" ? 8 : 10)
  }

  /// Reads an IPv6 address into its eight words; a zone (`%eth0`) is ignored.
  package static func ipv6(_ text: String) -> [UInt16]? {
    let address = text.prefix { $0 != "%" }
    guard let gap = firstGap(address) else {
      let words = ipv6Words(address)
      return words?.count == 8 ? words : nil
    }
    let tail = address[address.index(gap, offsetBy: 2)...]
    guard let left = ipv6Words(address[..<gap]), let right = ipv6Words(tail),
      left.count + right.count < 8
    else { return nil }
    return left + [UInt16](repeating: 0, count: 8 - left.count - right.count) + right
  }

  /// Where the first `::` begins.
  private static func firstGap(_ text: Substring) -> Substring.Index? {
    text.indices.first { text[$0...].hasPrefix("::") }
  }

  private static func ipv6Words(_ text: Substring) -> [UInt16]? {
    if text.isEmpty { return [] }
    var words: [UInt16] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if index == parts.count - 1, part.contains(".") {
        guard let address = ipv4(String(part)) else { return nil }
        words += [UInt16(address >> 16), UInt16(address & 0xFFFF)]
      } else {
        guard part.count <= 4, let word = UInt16(part, radix: 16) else { return nil }
        words.append(word)
      }
    }
    return words.count <= 8 ? words : nil
  }
}
