import Fallback
import Queue

extension Query {
  fileprivate static let noteBlock: Query =
    "INSERT OR IGNORE INTO id_blocks (facet, value, block) VALUES (?, ?, ?)"
  fileprivate static let lowestID: Query = """
    SELECT min(id) FROM (SELECT min(id) AS id FROM jobs UNION ALL SELECT min(id) FROM running
      UNION ALL SELECT min(id) FROM finished)
    """
  fileprivate static let dropBlocks: Query = "DELETE FROM id_blocks WHERE block < ?"
}

/// What a listing may ask for that no index leads to.
enum BlockFacet: Int64 {
  case queue = 0
  case kind = 1
  case provider = 2
}

/// Ids that one row of `id_blocks` stands for.
enum IDBlock {
  private static let bits: Int64 = 12

  static func of(_ id: JobID) -> Int64 { id >> bits }
  static func firstID(_ block: Int64) -> JobID { block << bits }
}

/// Rows of `id_blocks` that are surely there. They go only when no id of their block can ever be in use
/// again, so this stays true whatever others do.
struct NotedBlocks {
  private var numbers: [(facet: BlockFacet, value: Int64, block: Int64)] = []
  private var providers: [(name: String, block: Int64)] = []

  func contains(_ facet: BlockFacet, _ value: Int64, _ block: Int64) -> Bool {
    numbers.contains { $0.value == value && $0.facet == facet && $0.block == block }
  }

  func contains(_ provider: String, _ block: Int64) -> Bool {
    providers.contains { $0.block == block && $0.name == provider }
  }

  mutating func add(_ facet: BlockFacet, _ value: Int64, _ block: Int64) {
    if numbers.count >= mostNoted { numbers.removeFirst(mostNoted / 2) }
    numbers.append((facet, value, block))
  }

  mutating func add(_ provider: String, _ block: Int64) {
    if providers.count >= mostNoted { providers.removeFirst(mostNoted / 2) }
    providers.append((provider, block))
  }
}

/// More are rarely met at the same time, and a search through them has to stay cheap.
private let mostNoted = 32

extension Writer {
  /// A job of this queue or kind gets this id.
  mutating func noteBlock(
    _ facet: BlockFacet, _ value: Int64, of id: JobID
  ) throws(StoreError) {
    let block = IDBlock.of(id)
    guard !noted.contains(facet, value, block) else { return }
    var note = try db.statement(.noteBlock)
    note.bind(facet.rawValue)
    note.bind(value)
    note.bind(block)
    try note.run()
    noted.add(facet, value, block)
  }

  /// This provider has served the job.
  mutating func noteBlock(servedBy provider: String, _ id: JobID) throws(StoreError) {
    let block = IDBlock.of(id)
    guard !noted.contains(provider, block) else { return }
    var note = try db.statement(.noteBlock)
    note.bind(BlockFacet.provider.rawValue)
    note.bind(provider)
    note.bind(block)
    try note.run()
    noted.add(provider, block)
  }

  /// Drops rows of blocks that lie below every job, and below every id that will be given out.
  mutating func forgetBlocks() throws(StoreError) {
    var lowest = try highestID()
    var find = try db.statement(.lowestID)
    if try find.step(), let id = find.optionalInt(0) { lowest = min(lowest, id) }
    var drop = try db.statement(.dropBlocks)
    drop.bind(IDBlock.of(lowest))
    try drop.run()
  }
}

extension Reader {
  /// Where jobs may lie that a filter asks for, the newest first; both ends of a range are left out.
  mutating func ranges(
    of filter: JobFilter, bottom: JobID, top: JobID
  ) throws(StoreError) -> [Range<JobID>] {
    guard top > bottom else { return [] }
    guard !filter.isIndexed else { return [bottom..<top] }
    guard let blocks = try blocks(of: filter) else {
      return stride(from: top, to: bottom, by: -Int(listingWindow)).map {
        max(bottom, $0 - listingWindow)..<$0
      }
    }
    var ranges: [Range<JobID>] = []
    for block in blocks.sorted(by: >) {
      let low = max(bottom, IDBlock.firstID(block) - 1)
      let high = min(top, IDBlock.firstID(block + 1))
      guard low < high else { continue }
      // Neighbours are read together.
      if let last = ranges.last, last.lowerBound == high - 1, last.upperBound - low < listingWindow
      {
        ranges[ranges.count - 1] = low..<last.upperBound
      } else {
        ranges.append(low..<high)
      }
    }
    return ranges
  }

  /// nil: it asks for nothing that they know.
  private mutating func blocks(of filter: JobFilter) throws(StoreError) -> Set<Int64>? {
    let names = "SELECT id FROM names WHERE text"
    var found: Set<Int64>?
    for (facet, texts, source) in [
      (BlockFacet.queue, filter.queues, names), (.kind, filter.kinds, names),
      (.provider, filter.providers, nil),
    ] where !texts.isEmpty {
      let marks = "(" + Array(repeating: "?", count: texts.count).joined(separator: ", ") + ")"
      let values = source.map { "(\($0) IN \(marks))" } ?? marks
      let blocks = try blocks(facet, values, texts)
      found = found.map { $0.intersection(blocks) } ?? blocks
    }
    return found
  }

  private mutating func blocks(
    _ facet: BlockFacet, _ values: String, _ texts: [String]
  ) throws(StoreError) -> Set<Int64> {
    let sql = "SELECT block FROM id_blocks WHERE facet = ? AND value IN \(values)"
    return try inSnapshot { (reader) throws(StoreError) in
      var blocks: Set<Int64> = []
      var find = try reader.db.temporaryStatement(sql)
      find.bind(facet.rawValue)
      for text in texts { find.bind(text) }
      while try find.step() { blocks.insert(find.int(0)) }
      return blocks
    }
  }
}

/// Ids that one step of a listing looks through where no index leads to the jobs.
private let listingWindow: JobID = 100_000
