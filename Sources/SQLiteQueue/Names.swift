import Queue

extension Query {
  fileprivate static let namesEpoch: Query = "SELECT value FROM meta WHERE key = 'names_epoch'"
  fileprivate static let schemaVersion: Query = "PRAGMA user_version"
  fileprivate static let nameID: Query = "SELECT id FROM names WHERE text = ?"
  fileprivate static let nameText: Query = "SELECT text FROM names WHERE id = ?"
  fileprivate static let insertName: Query = "INSERT INTO names (text) VALUES (?) RETURNING id"
  fileprivate static let planID: Query = "SELECT id FROM plans WHERE text = ?"
  fileprivate static let insertPlan: Query =
    "INSERT INTO plans (text) VALUES (?) RETURNING id"
  fileprivate static let definitionID: Query = "SELECT id FROM definitions WHERE hash = ?"
  fileprivate static let insertDefinition: Query =
    "INSERT INTO definitions (hash, version, snapshot) VALUES (?, ?, ?) RETURNING id"
  fileprivate static let definitionByID: Query =
    "SELECT hash, version, snapshot FROM definitions WHERE id = ?"
}

/// Rows of `names`, `definitions` and `workers` that this connection has met. A copy of a name or a
/// definition stays true until a transaction is rolled back, or somebody raises the epoch.
struct NameCache {
  fileprivate var epoch: Int64?
  fileprivate var ids: [String: Int64] = [:]
  fileprivate var texts: [Int64: String] = [:]
  fileprivate var planIDs: [String: Int64] = [:]
  fileprivate var definitionIDs: [String: Int64] = [:]
  fileprivate var definitions: [Int64: StoredDefinition] = [:]
  var workers: [String: Int64] = [:]
  var workerNames: [Int64: String] = [:]
}

extension Writer {
  /// Forgets names and definitions where another process may have dropped rows, and looks whether it
  /// has changed the schema.
  mutating func forgetDroppedNames() throws(StoreError) {
    var schema = try db.statement(.schemaVersion)
    if try schema.step(), schema.int(0) > Schema.version {
      throw StoreError(newerSchema: schema.int(0), path: db.path)
    }
    var find = try db.statement(.namesEpoch)
    guard try find.step() else { throw missingRow("meta") }
    let epoch = find.int(0)
    guard epoch != names.epoch else { return }
    names = NameCache()
    names.epoch = epoch
  }

  /// The id of a queue's or kind's name; makes one where there is none.
  mutating func nameID(_ text: String) throws(StoreError) -> Int64 {
    if let id = try knownNameID(text) { return id }
    var insert = try db.statement(.insertName)
    insert.bind(text)
    guard try insert.step() else { throw missingRow("names") }
    let id = insert.int(0)
    names.ids[text] = id
    return id
  }

  /// The id of a name that is there; nil: no job ever had it.
  mutating func knownNameID(_ text: String) throws(StoreError) -> Int64? {
    if let id = names.ids[text] { return id }
    var find = try db.statement(.nameID)
    find.bind(text)
    guard try find.step() else { return nil }
    let id = find.int(0)
    names.ids[text] = id
    return id
  }

  mutating func nameText(_ id: Int64) throws(StoreError) -> String {
    if let text = names.texts[id] { return text }
    var find = try db.statement(.nameText)
    find.bind(id)
    guard try find.step() else { throw missingRow("names") }
    let text = find.text(0)
    names.texts[id] = text
    return text
  }

  /// The id of a plan, made where there is none; 0 for no plan.
  mutating func planID(_ text: String?) throws(StoreError) -> Int64 {
    guard let text else { return 0 }
    if let id = try knownPlanID(text) { return id }
    var insert = try db.statement(.insertPlan)
    insert.bind(text)
    guard try insert.step() else { throw missingRow("plans") }
    let id = insert.int(0)
    names.planIDs[text] = id
    return id
  }

  /// The id of a plan that is there; nil: no job ever had it.
  mutating func knownPlanID(_ text: String) throws(StoreError) -> Int64? {
    if let id = names.planIDs[text] { return id }
    var find = try db.statement(.planID)
    find.bind(text)
    guard try find.step() else { return nil }
    let id = find.int(0)
    names.planIDs[text] = id
    return id
  }

  /// The id of a definition, stored once per hash.
  mutating func definitionID(_ definition: StoredDefinition) throws(StoreError) -> Int64 {
    if let id = names.definitionIDs[definition.hash] { return id }
    var id: Int64
    do {
      var find = try db.statement(.definitionID)
      find.bind(definition.hash)
      id = try find.step() ? find.int(0) : 0
    }
    if id == 0 { id = try insert(definition) }
    names.definitionIDs[definition.hash] = id
    return id
  }

  private mutating func insert(_ definition: StoredDefinition) throws(StoreError) -> Int64 {
    var insert = try db.statement(.insertDefinition)
    insert.bind(definition.hash)
    insert.bind(definition.version)
    insert.bind(definition.snapshot)
    guard try insert.step() else { throw missingRow("definitions") }
    return insert.int(0)
  }

  mutating func definition(_ id: Int64) throws(StoreError) -> StoredDefinition {
    if let definition = names.definitions[id] { return definition }
    var find = try db.statement(.definitionByID)
    find.bind(id)
    guard try find.step() else { throw missingRow("definitions") }
    let definition = StoredDefinition(
      hash: find.text(0), version: find.text(1), snapshot: find.blob(2))
    names.definitions[id] = definition
    return definition
  }

  /// A row that another row points at is not there.
  func missingRow(_ table: String) -> StoreError {
    StoreError(.corrupt, message: "a row of table \(table) is missing", path: db.path)
  }
}
