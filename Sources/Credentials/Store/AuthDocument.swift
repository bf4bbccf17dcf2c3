package import Fallback
package import JSONText
import Platform

/// `auth.json` to be changed. Read it under the lock, change it, save it under the same lock:
///
///     let lock = try AuthLock(path, waitMilliseconds: 20_000)
///     try AuthDocument.update(under: lock, now: now) { document in
///       document.set([JSONPair("access_token", .string(token))], in: place)
///     }
package struct AuthDocument: Sendable {
  /// Where a credential stands. Valid until entries of its pool are removed.
  package enum Place: Sendable, Hashable {
    /// The entry of `credential_pool.<pool>` at an index.
    case entry(pool: String, index: Int)
    /// `providers.<provider>`.
    case login(String)
  }

  /// Newest shape of the file that is understood; a file that says more is only read.
  package static let version = 1

  private var document: SecretDocument

  package var path: String { document.path }
  package var root: JSONNode { document.root }
  package var isChanged: Bool { document.isChanged }
  /// The text with all changes so far.
  package var text: [UInt8] { document.text }

  /// Reads the file.
  ///
  /// - Parameter path: Where it lies; a file that is not there is an empty one.
  /// - Throws: `AuthFileError`.
  package init(_ path: String) throws(AuthFileError) {
    document = try SecretDocument(
      path, blank: ["version": .int(Self.version), "providers": [:], "credential_pool": [:]])
    if let fault = AuthShape.fault(document.root) {
      throw document.broken(fault.node, fault.what)
    }
  }

  /// Reads the file that is locked.
  package init(under lock: borrowing AuthLock) throws(AuthFileError) { try self.init(lock.path) }

  /// nil: this program may write the file. Else the version that it says.
  package var newerVersion: String? {
    guard let version = document.root["version"], !version.isNull else { return nil }
    if let number = version.int, number <= Self.version { return nil }
    return version.number ?? version.string ?? version.kindName
  }

  /// Why the file cannot be changed; nil where it can.
  package var obstacle: String? {
    if let newerVersion { return "its version \(newerVersion) is newer than this program" }
    return FileSystem.obstacleToReplacing(path)?.message
  }

  // MARK: Looking

  /// The value at a place; nil where nothing is.
  package func node(_ place: Place) -> JSONNode? { document.node(Self.steps(place)) }

  /// Names under which credentials are kept, as they stand in the file.
  package var poolNames: [String] {
    document.root["credential_pool"]?.members?.map(\.key) ?? []
  }

  /// The entries of a pool that are objects, with their places, in the order of the file.
  package func entries(_ pool: String) -> [(place: Place, node: JSONNode)] {
    (document.node(Self.list(pool))?.elements ?? []).enumerated().compactMap { index, node in
      node.members == nil ? nil : (.entry(pool: pool, index: index), node)
    }
  }

  /// The first entry of a pool with an id.
  package func place(of id: String, in pool: String) -> Place? {
    entries(pool).first { $0.node["id"]?.string == id }?.place
  }

  /// The sources of a provider that are not to be seeded again.
  package func suppressedSources(_ provider: String) -> [String] {
    document.node([.key("suppressed_sources"), .key(provider)])?.elements?
      .compactMap(\.string) ?? []
  }

  // MARK: Changing

  /// Sets fields of a credential; those that have the value already are left alone. A login that is
  /// missing is made; an entry must be there.
  package mutating func set(_ fields: [JSONPair], in place: Place) throws(AuthFileError) {
    try document.set(fields, at: Self.steps(place))
  }

  /// Takes fields out of a credential; missing ones are ignored.
  package mutating func remove(
    _ fields: Set<String>, from place: Place
  ) throws(AuthFileError) {
    try document.remove(fields, at: Self.steps(place))
  }

  /// Adds an entry at the end of a pool, which is made where it is missing.
  ///
  /// - Parameters:
  ///   - entry: All fields but the priority, which is one more than the largest.
  ///   - pool: Its name.
  /// - Throws: `AuthFileError.broken` where the pool is no list.
  package mutating func add(_ entry: [JSONPair], to pool: String) throws(AuthFileError) {
    let priorities = entries(pool).compactMap { $0.node["priority"]?.int }
    let priority = JSONPair("priority", .int((priorities.max() ?? -1) + 1))
    var entry = entry.filter { $0.key != "priority" }
    let place = entry.firstIndex { $0.key == "auth_type" }.map { $0 + 1 } ?? entry.endIndex
    entry.insert(priority, at: place)
    try document.append(.object(entry), at: Self.list(pool))
  }

  /// Removes entries of a pool and numbers the others anew, as hermes-agent does. Other entries' places
  /// are no longer valid.
  package mutating func removeEntries(
    _ indices: Set<Int>, from pool: String
  ) throws(AuthFileError) {
    guard !indices.isEmpty else { return }
    try document.remove(indices, at: Self.list(pool))
    let ordered = entries(pool).enumerated().sorted {
      ($0.element.node["priority"]?.int ?? 0, $0.offset)
        < ($1.element.node["priority"]?.int ?? 0, $1.offset)
    }
    for (number, entry) in ordered.enumerated() {
      try set([JSONPair("priority", .int(number))], in: entry.element.place)
    }
  }

  /// Removes `providers.<provider>`.
  package mutating func removeLogin(_ provider: String) throws(AuthFileError) {
    try document.remove([provider], at: [.key("providers")])
  }

  /// Notes sources of a provider that are not to be seeded again; an empty list forgets them.
  package mutating func suppress(
    _ sources: [String], of provider: String
  ) throws(AuthFileError) {
    if sources.isEmpty {
      try document.remove([provider], at: [.key("suppressed_sources")])
    } else {
      let list = JSONValue.array(sources.map { .string($0) })
      try document.set([JSONPair(provider, list)], at: [.key("suppressed_sources")])
    }
  }

  /// Sets fields of the file itself, such as `active_provider`.
  package mutating func setRoot(_ fields: [JSONPair]) throws(AuthFileError) {
    try document.set(fields)
  }

  // MARK: Saving

  /// Replaces the file. Writes nothing when nothing changed.
  ///
  /// - Parameters:
  ///   - lock: Of this file, held since it was read.
  ///   - now: Milliseconds, for `updated_at`.
  /// - Returns: Whether something was written.
  /// - Throws: `AuthFileError`; the old file is untouched then.
  @discardableResult
  package mutating func save(
    under lock: borrowing AuthLock, now: Milliseconds
  ) throws(AuthFileError) -> Bool {
    guard isChanged else { return false }
    if let newerVersion { throw .newerVersion(path: path, version: newerVersion) }
    try document.set([JSONPair("updated_at", .string(Timestamp.text(now)))])
    return try document.save(under: lock)
  }

  /// Finds out whether `save` would work; to be asked before a token is spent that can be spent once.
  ///
  /// - Parameter lock: Of this file.
  /// - Throws: `AuthFileError`: `newerVersion` or `unwritable`.
  package func checkSaveable(under lock: borrowing AuthLock) throws(AuthFileError) {
    if let newerVersion { throw .newerVersion(path: path, version: newerVersion) }
    try document.checkSaveable(under: lock)
  }

  /// Reads, changes and saves. Where somebody who does not know the lock wrote in between, all of it is
  /// done again on what is there now.
  ///
  /// - Parameters:
  ///   - lock: Of the file.
  ///   - now: Milliseconds.
  ///   - change: May be called again.
  /// - Returns: What the last `change` returned.
  /// - Throws: `AuthFileError`; nothing is written then.
  @discardableResult
  package static func update<Result>(
    under lock: borrowing AuthLock, now: Milliseconds,
    _ change: (inout AuthDocument) throws(AuthFileError) -> Result
  ) throws(AuthFileError) -> Result {
    var triesLeft = 5
    while true {
      var document = try AuthDocument(under: lock)
      let result = try change(&document)
      do throws(AuthFileError) {
        try document.save(under: lock, now: now)
        return result
      } catch {
        triesLeft -= 1
        guard case .changedMeanwhile = error, triesLeft > 0 else { throw error }
      }
    }
  }

  private static func steps(_ place: Place) -> [SecretDocument.Step] {
    switch place {
    case .entry(let pool, let index): list(pool) + [.index(index)]
    case .login(let provider): [.key("providers"), .key(provider)]
    }
  }

  private static func list(_ pool: String) -> [SecretDocument.Step] {
    [.key("credential_pool"), .key(pool)]
  }
}
