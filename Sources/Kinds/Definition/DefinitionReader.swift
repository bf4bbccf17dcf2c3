import JSONText

/// What was found under a file's name.
enum LoadedFile {
  case bytes([UInt8])
  /// Why it cannot be used, for example `is missing`.
  case unusable(String)
}

/// Reads one definition and reports everything that is wrong with it at once.
struct DefinitionReader {
  /// Name of the folder, which the kind must have too.
  let folder: String
  /// What stands before file names in reports.
  let location: String
  let load: (_ name: String) -> LoadedFile

  enum Result {
    case read(KindDefinition)
    case broken([DefinitionProblem])
  }

  static let mainFile = "job.json"

  func read() -> Result {
    let file = location + "/" + Self.mainFile
    switch load(Self.mainFile) {
    case .unusable(let why):
      return .broken([DefinitionProblem(file: file, message: why)])
    case .bytes(let bytes):
      do throws(JSONError) {
        return read(try JSONNode.parse(bytes), bytes, file)
      } catch {
        return .broken([
          DefinitionProblem(
            file: file, pointer: "", line: error.line, column: error.column,
            message: "is not JSON: \(error.code.phrase)")
        ])
      }
    }
  }

  private func read(_ root: JSONNode, _ bytes: [UInt8], _ file: String) -> Result {
    let log = ProblemLog(file: file, bytes: bytes)
    for duplicate in root.duplicateKeys {
      log.add(
        "the key stands here twice", at: duplicate.range.lowerBound,
        pointer: JSONPointer.appending(duplicate.key, to: duplicate.pointer))
    }
    guard let object = ObjectReader(root, at: "", log: log) else { return .broken(log.problems) }
    var definition = header(object)
    definition.files = [DefinitionFile(name: Self.mainFile, bytes: bytes)]
    readSections(object, into: &definition, log: log)
    readPrompts(object, into: &definition, log: log)
    object.finish()
    definition.checkTogether(root: object, log: log)
    guard log.problems.isEmpty else { return .broken(log.problems.sortedByPlace()) }
    definition.hash = DefinitionFiles.hash(of: definition.files, main: root)
    return .read(definition)
  }

  private func header(_ object: ObjectReader) -> KindDefinition {
    let format = object.integer("format", in: 1...1_000_000)
    if format != 1 {
      object.report(
        format == nil ? "must be 1" : "is newer than this program; it reads 1", key: "format")
    }
    let name = object.string("name", required: true) ?? folder
    if name != folder { object.report("must be the name of the folder, \(folder)", key: "name") }
    if !KindDefinition.isName(name) {
      object.report("must be lower-case letters, digits and hyphens, at most 64", key: "name")
    }
    let version = object.string("version", required: true) ?? ""
    let description = object.string("description", required: true) ?? ""
    let strategy = object.choice("strategy", KindDefinition.Strategy.self, required: true)
    var definition = KindDefinition(
      name: name, version: version, description: description, strategy: strategy ?? .single)
    definition.aliases = object.strings("aliases") ?? []
    for alias in definition.aliases where !KindDefinition.isName(alias) || alias == name {
      object.report("\(alias) cannot be an alias", key: "aliases")
    }
    return definition
  }
}

extension KindDefinition {
  /// Whether a kind may have this name: `a-z`, `0-9` and inner hyphens, at most 64.
  package static func isName(_ name: String) -> Bool {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x61...0x7A, 0x2D: true
      default: false
      }
    }
    return isPlain && (1...64).contains(name.utf8.count) && !name.hasPrefix("-")
      && !name.hasSuffix("-")
  }
}

extension [DefinitionProblem] {
  fileprivate func sortedByPlace() -> [DefinitionProblem] {
    enumerated().sorted { left, right in
      let (l, r) = (left.element, right.element)
      if l.file != r.file {
        return left.offset < right.offset && !r.file.hasSuffix(DefinitionReader.mainFile)
      }
      return (l.line ?? 0, l.column ?? 0, left.offset) < (r.line ?? 0, r.column ?? 0, right.offset)
    }.map(\.element)
  }
}
