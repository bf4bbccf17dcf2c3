/// A change of a text by place. All bytes outside the range stay as they are.
package struct JSONEdit: Sendable, Hashable {
  /// Offsets in the original text.
  package var range: Range<Int>
  package var replacement: [UInt8]

  package init(_ range: Range<Int>, _ replacement: [UInt8]) {
    self.range = range
    self.replacement = replacement
  }

  /// Two edits overlap, or one lies outside the text.
  package struct Conflict: Error, Sendable, Hashable {
    package var range: Range<Int>
  }

  /// Carries out edits, in whatever order they are given; insertions at one place keep their order.
  ///
  /// - Parameters:
  ///   - edits: What to change; ranges are offsets in `bytes`.
  ///   - bytes: The original.
  /// - Returns: The changed text.
  /// - Throws: `Conflict` when edits overlap or lie outside the text.
  package static func apply(
    _ edits: [JSONEdit], to bytes: [UInt8]
  ) throws(Conflict) -> [UInt8] {
    let ordered = edits.enumerated().sorted {
      ($0.element.range.lowerBound, $0.element.range.upperBound, $0.offset)
        < ($1.element.range.lowerBound, $1.element.range.upperBound, $1.offset)
    }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var at = 0
    for (_, edit) in ordered {
      guard edit.range.lowerBound >= at, edit.range.upperBound <= bytes.count else {
        throw Conflict(range: edit.range)
      }
      result.append(contentsOf: bytes[at..<edit.range.lowerBound])
      result.append(contentsOf: edit.replacement)
      at = edit.range.upperBound
    }
    result.append(contentsOf: bytes[at...])
    return result
  }
}

extension JSONEdit {
  /// Puts another value in the place of a node.
  ///
  /// - Parameters:
  ///   - node: The old value.
  ///   - value: The new one.
  /// - Returns: The edit.
  package static func replace(_ node: JSONNode, with value: JSONValue) -> JSONEdit {
    JSONEdit(node.range, value.encoded())
  }

  /// Adds members at the end of an object, spaced like the member before.
  ///
  /// - Parameters:
  ///   - pairs: What to add.
  ///   - object: An object of the text.
  ///   - bytes: The text.
  /// - Returns: The edit; nil when the node is no object.
  package static func append(
    _ pairs: [JSONPair], to object: JSONNode, in bytes: [UInt8]
  ) -> JSONEdit? {
    guard let members = object.members else { return nil }
    let texts = pairs.map { pair in
      JSONValue.string(pair.key).encoded() + [Byte.colon, Byte.space] + pair.value.encoded()
    }
    let last = members.last.map { $0.keyRange.lowerBound..<$0.value.range.upperBound }
    return append(texts, after: last, of: object, in: bytes)
  }

  /// Adds values at the end of an array, spaced like the element before.
  ///
  /// - Parameters:
  ///   - values: What to add.
  ///   - array: An array of the text.
  ///   - bytes: The text.
  /// - Returns: The edit; nil when the node is no array.
  package static func append(
    _ values: [JSONValue], to array: JSONNode, in bytes: [UInt8]
  ) -> JSONEdit? {
    guard let elements = array.elements else { return nil }
    return append(
      values.map { $0.encoded() }, after: elements.last?.range, of: array, in: bytes)
  }

  private static func append(
    _ texts: [[UInt8]], after last: Range<Int>?, of container: JSONNode, in bytes: [UInt8]
  ) -> JSONEdit {
    guard let last else {
      let place = container.range.lowerBound + 1
      let joined = Array(texts.joined(separator: [Byte.comma, Byte.space]))
      return JSONEdit(place..<place, joined)
    }
    let gap = bytes[..<last.lowerBound].reversed().prefix(while: isSpace).reversed()
    let text = texts.flatMap { [Byte.comma] + gap + $0 }
    return JSONEdit(last.upperBound..<last.upperBound, text)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == Byte.space || byte == Byte.tab || byte == Byte.lineFeed || byte == Byte.carriageReturn
  }

  /// Takes members out of an object or elements out of an array, with their commas.
  ///
  /// - Parameters:
  ///   - indices: Which ones; unknown indices are ignored.
  ///   - container: An object or an array of the text.
  /// - Returns: Edits that do not touch each other.
  package static func remove(_ indices: Set<Int>, from container: JSONNode) -> [JSONEdit] {
    let spans =
      container.elements?.map(\.range)
      ?? container.members?.map { $0.keyRange.lowerBound..<$0.value.range.upperBound } ?? []
    let kept = spans.indices.filter { !indices.contains($0) }
    if kept.count == spans.count { return [] }
    guard let firstKept = kept.first else {
      return [JSONEdit(container.range.lowerBound + 1..<container.range.upperBound - 1, [])]
    }
    var edits: [JSONEdit] = []
    if firstKept > 0 {
      edits.append(JSONEdit(spans[0].lowerBound..<spans[firstKept].lowerBound, []))
    }
    for (before, after) in zip(kept, kept.dropFirst() + [spans.count]) where after > before + 1 {
      edits.append(JSONEdit(spans[before].upperBound..<spans[after - 1].upperBound, []))
    }
    return edits
  }
}
