/// What may be found on a disk after the power went, for any moment of a record.
///
/// What was synced is there. Of what was written since, each write is there, is not, or is there by
/// some of its sectors, in any order; a file whose folder was not synced may be missing.
package struct PowerCut {
  /// How a power cut treats what was not synced.
  package enum Fate: CaseIterable, Sendable {
    /// Nothing of it reached the disk.
    case nothing
    case everything
    /// All up to some write, which is torn.
    case prefix
    /// Each write by itself: the disk had put them in another order.
    case scattered
  }

  /// Bytes that a disk writes together.
  private static let sector = 512

  private let entries: [Disk.Entry]
  private var position = 0
  private var files: [String: History] = [:]
  /// The notes passed so far.
  package private(set) var notes: [Int] = []

  /// - Parameters:
  ///   - entries: What was asked of the disk.
  ///   - empty: Files that are there, empty, before the record begins.
  package init(_ entries: [Disk.Entry], empty: [String] = []) {
    self.entries = entries
    for name in empty { files[name] = History(durable: []) }
  }

  /// Goes forward to a moment: so many entries have been carried out.
  package mutating func advance(to target: Int) {
    while position < min(target, entries.count) {
      carryOut(entries[position])
      position += 1
    }
  }

  private mutating func carryOut(_ entry: Disk.Entry) {
    switch entry {
    case .write(let file, let offset, let bytes):
      files[file, default: History()].unsynced.append(.write(offset, bytes))
    case .truncate(let file, let size):
      files[file, default: History()].unsynced.append(.truncate(size))
    case .sync(let file):
      // The first sync of a new file takes its folder along, and so what was deleted there.
      if files[file]?.durable == nil { forgetDeleted() }
      files[file, default: History()].sync()
    case .delete(let file, let isDurable):
      files[file]?.delete()
      if isDurable { forgetDeleted() }
    case .note(let number): notes.append(number)
    }
  }

  private mutating func forgetDeleted() {
    for name in files.keys { files[name]?.deleted = [] }
  }

  /// What is found on the disk, by name of file.
  package func image(
    _ fate: Fate, using random: inout some RandomNumberGenerator
  ) -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    // In a fixed order, so that a seed gives the same image again.
    for name in files.keys.sorted() {
      found[name] = files[name]?.content(fate, sector: Self.sector, using: &random)
    }
    return found
  }
}

/// A file: what is surely there, and what was asked since.
private struct History {
  enum Change {
    case write(Int, [UInt8])
    case truncate(Int)
  }

  /// nil: no file.
  var durable: [UInt8]?
  var unsynced: [Change] = []
  /// The file of this name before it was deleted, for as long as the folder may still lead to it.
  var deleted: [History] = []

  init(durable: [UInt8]? = nil) { self.durable = durable }

  mutating func sync() {
    var content = durable ?? []
    for change in unsynced { apply(change, to: &content) }
    durable = content
    unsynced = []
  }

  mutating func delete() {
    guard durable != nil || !unsynced.isEmpty else { return }
    let old = self
    self = History()
    deleted = [old]
  }

  func content(
    _ fate: PowerCut.Fate, sector: Int, using random: inout some RandomNumberGenerator
  ) -> [UInt8]? {
    if let old = deleted.first,
      fate == .nothing || (fate != .everything && Bool.random(using: &random))
    {
      return old.content(fate, sector: sector, using: &random)
    }
    let last =
      switch fate {
      case .nothing: -1
      case .everything, .scattered: unsynced.count
      case .prefix: Int.random(in: 0...unsynced.count, using: &random)
      }
    var content = durable
    for (index, change) in unsynced.enumerated() where index <= last {
      if index == last {
        tear(change, sector: sector, into: &content, using: &random)
      } else if fate == .scattered {
        switch UInt8.random(in: 0..<4, using: &random) {
        case 0: break
        case 1: tear(change, sector: sector, into: &content, using: &random)
        default: apply(change, to: &content)
        }
      } else {
        apply(change, to: &content)
      }
    }
    return content
  }

  private func tear(
    _ change: Change, sector: Int, into content: inout [UInt8]?,
    using random: inout some RandomNumberGenerator
  ) {
    // A size changes as a whole.
    guard case .write(let offset, let bytes) = change else { return }
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, (offset + start) / sector * sector + sector - offset)
      if Bool.random(using: &random) {
        apply(.write(offset + start, Array(bytes[start..<end])), to: &content)
      }
      start = end
    }
  }

  private func apply(_ change: Change, to content: inout [UInt8]?) {
    var bytes = content ?? []
    content = nil
    apply(change, to: &bytes)
    content = bytes
  }

  private func apply(_ change: Change, to content: inout [UInt8]) {
    switch change {
    case .truncate(let size):
      if size < content.count { content.removeLast(content.count - size) }
      if size > content.count { grow(&content, to: size) }
    case .write(let offset, let bytes):
      if content.count < offset + bytes.count { grow(&content, to: offset + bytes.count) }
      content.withUnsafeMutableBytes { target in
        bytes.withUnsafeBytes { source in
          UnsafeMutableRawBufferPointer(rebasing: target[offset..<(offset + source.count)])
            .copyMemory(from: source)
        }
      }
    }
  }

  private func grow(_ content: inout [UInt8], to size: Int) {
    content.append(contentsOf: repeatElement(0, count: size - content.count))
  }
}
