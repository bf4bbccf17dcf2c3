package import JSONText
import Platform

/// A JSON file with secrets, as it was at one moment, and the changes that are to be made to it. Only
/// the bytes of what is changed are changed: unknown fields, their order, the spelling of numbers and
/// the layout stay.
package struct SecretDocument: Sendable {
  /// One step into the tree.
  package enum Step: Sendable, Hashable {
    case key(String)
    case index(Int)
  }

  package let path: String
  /// What lay on the disk; nil: no file.
  let original: [UInt8]?
  private var bytes: [UInt8]
  /// The content with all changes so far.
  package private(set) var root: JSONNode

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: Where; one that is not there, or is empty, starts as `blank`.
  ///   - blank: An object.
  /// - Throws: `AuthFileError`: `unreadable` for anything the system says, a link to nowhere included;
  ///   `broken` for what is no JSON object.
  package init(_ path: String, blank: JSONValue = [:]) throws(AuthFileError) {
    self.path = path
    original = try Self.content(of: path)
    let isBlank = original?.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } ?? true
    bytes = isBlank ? blank.encoded(.pretty) + [0x0A] : original ?? []
    root = try Self.parse(bytes, path)
  }

  /// Something is to be written.
  package var isChanged: Bool { hasEdits && bytes != original }

  private var hasEdits = false

  /// The value at a place; nil where nothing is.
  package func node(_ place: [Step]) -> JSONNode? {
    var node: JSONNode? = root
    for step in place {
      switch step {
      case .key(let key): node = node?[key]
      case .index(let index):
        let elements = node?.elements ?? []
        node = elements.indices.contains(index) ? elements[index] : nil
      }
    }
    return node
  }

  /// Sets members of an object. Those that have the value already are left alone; new ones come at the
  /// end. The object, and objects above it, are made where they are missing or null.
  ///
  /// - Parameters:
  ///   - fields: Names and values.
  ///   - place: Where the object is; empty for the root.
  /// - Throws: `AuthFileError.broken` where something else stands there.
  package mutating func set(_ fields: [JSONPair], at place: [Step] = []) throws(AuthFileError) {
    guard !fields.isEmpty else { return }
    if case .key(let key)? = place.last, node(place)?.isNull ?? true {
      return try set([JSONPair(key, .object(fields))], at: place.dropLast())
    }
    for field in fields { try set(field, at: place) }
  }

  private mutating func set(_ field: JSONPair, at place: [Step]) throws(AuthFileError) {
    guard let object = node(place), let members = object.members else {
      throw inTheWay(place, "an object")
    }
    let depth = place.count + 1
    let isWide = isSpread(object)
    if let old = object[field.key] {
      if JSONValue(old).encoded() == field.value.encoded() { return }
      try edit([JSONEdit(old.range, rendered(field.value, depth: depth, isWide: isWide))])
    } else if members.isEmpty {
      let filled = JSONValue.object([field])
      try edit([JSONEdit(object.range, rendered(filled, depth: depth - 1, isWide: true))])
    } else {
      let value = JSONValue.raw(rendered(field.value, depth: depth, isWide: isWide))
      try edit([JSONEdit.append([JSONPair(field.key, value)], to: object, in: bytes)])
    }
  }

  /// Takes members out of an object; missing ones are ignored.
  package mutating func remove(
    _ keys: Set<String>, at place: [Step] = []
  ) throws(AuthFileError) {
    guard let object = node(place), let members = object.members else { return }
    let doomed = members.indices.filter { keys.contains(members[$0].key) }
    try edit(JSONEdit.remove(Set(doomed), from: object))
  }

  /// Adds a value at the end of a list, which is made where it is missing or null.
  ///
  /// - Throws: `AuthFileError.broken` where something else stands there.
  package mutating func append(_ value: JSONValue, at place: [Step]) throws(AuthFileError) {
    if case .key(let key)? = place.last, node(place)?.isNull ?? true {
      return try set([JSONPair(key, .array([value]))], at: place.dropLast())
    }
    guard let list = node(place), let elements = list.elements else {
      throw inTheWay(place, "a list")
    }
    if elements.isEmpty {
      let text = rendered(.array([value]), depth: place.count, isWide: true)
      try edit([JSONEdit(list.range, text)])
    } else {
      let text = rendered(value, depth: place.count + 1, isWide: isSpread(list))
      try edit([JSONEdit.append([.raw(text)], to: list, in: bytes)])
    }
  }

  /// Takes elements out of a list; where there is none nothing happens.
  package mutating func remove(
    _ indices: Set<Int>, at place: [Step]
  ) throws(AuthFileError) {
    guard let list = node(place), list.elements != nil else { return }
    try edit(JSONEdit.remove(indices, from: list))
  }

  private func inTheWay(_ place: [Step], _ needed: String) -> AuthFileError {
    let name = place.map { step in
      switch step {
      case .key(let key): key
      case .index(let index): String(index + 1)
      }
    }.joined(separator: ".")
    // The nearest thing that is there says where.
    var place = place
    while node(place) == nil, !place.isEmpty { place.removeLast() }
    return broken(node(place) ?? root, "\(name) must be \(needed)")
  }

  // MARK: Saving

  /// Replaces the file by what this document says. Writes nothing when nothing changed.
  ///
  /// - Parameter lock: Of this file, held since it was read.
  /// - Returns: Whether something was written.
  /// - Throws: `AuthFileError`: `changedMeanwhile` when somebody who does not know the lock wrote;
  ///   `unreadable`, `unwritable`. The old file is untouched then.
  @discardableResult
  package func save(under lock: borrowing AuthLock) throws(AuthFileError) -> Bool {
    precondition(lock.path == path, "the lock of another file")
    guard isChanged else { return false }
    guard try Self.content(of: path) == original else { throw .changedMeanwhile(path: path) }
    do throws(FileError) {
      FileSystem.removeAbandonedSiblings(of: path)
      try FileSystem.writeAtomically(path, bytes)
      return true
    } catch {
      throw .unwritable(error)
    }
  }

  /// Finds out whether `save` would work, by writing as much beside the file and taking it away again:
  /// a token that can be spent only once must not be spent where the answer cannot be kept.
  ///
  /// - Parameter lock: Of this file.
  /// - Throws: `AuthFileError.unwritable`.
  package func checkSaveable(under lock: borrowing AuthLock) throws(AuthFileError) {
    precondition(lock.path == path, "the lock of another file")
    do throws(FileError) {
      try FileSystem.checkReplaceable(path, bytes: bytes.count + 16 << 10)
    } catch {
      throw .unwritable(error)
    }
  }

  // MARK: Text

  private mutating func edit(_ edits: [JSONEdit?]) throws(AuthFileError) {
    let edits = edits.compactMap(\.self)
    guard !edits.isEmpty else { return }
    guard let changed = try? JSONEdit.apply(edits, to: bytes) else {
      throw broken(root, "it cannot be edited")
    }
    root = try Self.parse(changed, path)
    bytes = changed
    hasEdits = true
  }

  /// Its members stand on lines of their own.
  private func isSpread(_ node: JSONNode) -> Bool {
    bytes[node.range].contains(0x0A) || (node.members ?? []).isEmpty && node.elements == nil
  }

  /// A value as it stands in a file indented by two spaces.
  private func rendered(_ value: JSONValue, depth: Int, isWide: Bool) -> [UInt8] {
    guard isWide else { return value.encoded() }
    let margin = [UInt8](repeating: 0x20, count: depth * 2)
    // Strings hold no line feed as such, so every one of them is layout.
    return value.encoded(.pretty).flatMap { $0 == 0x0A ? [$0] + margin : [$0] }
  }

  private static func content(of path: String) throws(AuthFileError) -> [UInt8]? {
    do throws(FileError) {
      return try FileSystem.readSecret(path)
    } catch {
      if error.code == .notFound, !FileSystem.isSymbolicLink(path) { return nil }
      throw .unreadable(error)
    }
  }

  private static func parse(_ bytes: [UInt8], _ path: String) throws(AuthFileError) -> JSONNode {
    let root: JSONNode
    do throws(JSONError) {
      root = try JSONNode.parse(bytes)
    } catch {
      throw .broken(path: path, line: error.line, column: error.column, what: error.code.phrase)
    }
    guard root.members != nil else {
      throw broken(path, bytes, root.range.lowerBound, "an object is expected here")
    }
    return root
  }

  static func broken(
    _ path: String, _ bytes: [UInt8], _ offset: Int, _ what: String
  ) -> AuthFileError {
    let place = LineMap(bytes).position(at: offset)
    return .broken(path: path, line: place.line, column: place.column, what: what)
  }

  /// An error at a node of this document.
  func broken(_ node: JSONNode, _ what: String) -> AuthFileError {
    Self.broken(path, bytes, node.range.lowerBound, what)
  }

  /// The text with all changes so far.
  package var text: [UInt8] { bytes }
}
