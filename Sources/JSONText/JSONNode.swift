/// One value of a JSON or JSON5 text, with the place where it stands.
///
/// Nothing is lost: members keep their order and their duplicates, numbers keep their spelling, and
/// `range` points at the bytes of the value in the source.
package struct JSONNode: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case null
    case bool(Bool)
    /// As written, for example `1.50e3` (or `0xFF` and `+1` in JSON5).
    case number(String)
    /// Decoded. A lone surrogate escape reads as U+FFFD; the source range still has the original.
    case string(String)
    case array([JSONNode])
    case object([JSONMember])
  }

  package var kind: Kind
  /// Offsets of the value's bytes in the source, quotes and brackets included.
  package var range: Range<Int>

  package init(kind: Kind, range: Range<Int>) {
    self.kind = kind
    self.range = range
  }
}

/// One `key: value` of an object.
package struct JSONMember: Sendable, Hashable {
  package var key: String
  /// Offsets of the key's bytes in the source, quotes included.
  package var keyRange: Range<Int>
  package var value: JSONNode

  package init(key: String, keyRange: Range<Int>, value: JSONNode) {
    self.key = key
    self.keyRange = keyRange
    self.value = value
  }
}

extension JSONNode {
  /// The value of the first member with this key; nil for other kinds of node and missing keys.
  /// A later duplicate never wins: see `duplicateKeys`. Linear in the number of members.
  package subscript(_ key: String) -> JSONNode? {
    guard case .object(let members) = kind else { return nil }
    // By place: a member that is not the one is not copied.
    return members.firstIndex { $0.key == key }.map { members[$0].value }
  }

  package var isNull: Bool { kind == .null }

  package var bool: Bool? {
    guard case .bool(let value) = kind else { return nil }
    return value
  }

  package var string: String? {
    guard case .string(let value) = kind else { return nil }
    return value
  }

  /// The number where it is whole and fits; `1.0` and `1e3` count as whole.
  package var int: Int? {
    guard case .number(let raw) = kind else { return nil }
    return JSONNumber.int(raw)
  }

  /// The number; nil where a finite spelling is too large for a double. JSON5's `Infinity` and `NaN`
  /// come as they are.
  package var double: Double? {
    guard case .number(let raw) = kind else { return nil }
    return JSONNumber.double(raw)
  }

  /// The number as it is written.
  package var number: String? {
    guard case .number(let raw) = kind else { return nil }
    return raw
  }

  package var elements: [JSONNode]? {
    guard case .array(let values) = kind else { return nil }
    return values
  }

  package var members: [JSONMember]? {
    guard case .object(let members) = kind else { return nil }
    return members
  }

  /// `null`, `boolean`, `number`, `string`, `array` or `object`: for messages.
  package var kindName: String {
    switch kind {
    case .null: "null"
    case .bool: "boolean"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  /// Tells whether two nodes mean the same, wherever they stand: order of members and spelling of
  /// numbers do not count.
  package func hasSameContent(as other: JSONNode) -> Bool {
    switch (kind, other.kind) {
    case (.number(let left), .number(let right)):
      return left == right || (double != nil && double == other.double)
    case (.array(let left), .array(let right)):
      return left.count == right.count
        && zip(left, right).allSatisfy { $0.hasSameContent(as: $1) }
    case (.object(let left), .object(let right)):
      guard left.count == right.count else { return false }
      let values = Dictionary(right.map { ($0.key, $0.value) }) { first, _ in first }
      return left.allSatisfy { values[$0.key]?.hasSameContent(as: $0.value) ?? false }
    default:
      return kind == other.kind
    }
  }
}

/// A key that an object has twice or more.
package struct DuplicateKey: Sendable, Hashable {
  package var key: String
  /// JSON Pointer (RFC 6901) of the object that holds it.
  package var pointer: String
  /// Where the later one stands.
  package var range: Range<Int>
}

extension JSONNode {
  /// Every later occurrence of a key within one object, in source order, in the whole tree.
  package var duplicateKeys: [DuplicateKey] {
    var found: [DuplicateKey] = []
    collectDuplicates(at: "", into: &found)
    return found
  }

  private func collectDuplicates(at pointer: String, into found: inout [DuplicateKey]) {
    switch kind {
    case .array(let values):
      for (index, value) in values.enumerated() {
        value.collectDuplicates(at: "\(pointer)/\(index)", into: &found)
      }
    case .object(let members):
      var seen: Set<String> = []
      for member in members {
        if !seen.insert(member.key).inserted {
          found.append(DuplicateKey(key: member.key, pointer: pointer, range: member.keyRange))
        }
        let inner = JSONPointer.appending(member.key, to: pointer)
        member.value.collectDuplicates(at: inner, into: &found)
      }
    case .null, .bool, .number, .string:
      break
    }
  }
}

/// Paths into a tree as of RFC 6901.
package enum JSONPointer {
  /// Adds one reference token.
  ///
  /// - Parameters:
  ///   - key: A member's key, or an index as text.
  ///   - pointer: The pointer so far; empty for the root.
  /// - Returns: The longer pointer, `~` and `/` of the key escaped.
  package static func appending(_ key: String, to pointer: String) -> String {
    guard key.utf8.contains(where: { $0 == Byte.tilde || $0 == Byte.slash }) else {
      return "\(pointer)/\(key)"
    }
    var escaped = ""
    for scalar in key.unicodeScalars {
      switch scalar {
      case "~": escaped += "~0"
      case "/": escaped += "~1"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return "\(pointer)/\(escaped)"
  }
}
