import Platform
import Spelling

/// Why there is no definition under a name.
package enum KindError: Error, Sendable, Hashable {
  /// `suggestion` is the nearest name there is.
  case unknown(name: String, suggestion: String?)
  /// The definition has mistakes; all of them are listed.
  case broken(name: String, problems: [DefinitionProblem])
}

/// The kinds of job there are: those the program carries, and those of the user, which shadow a
/// built-in kind as a whole. A broken definition is an error under its own name only.
package struct KindCatalog: Sendable {
  private enum Entry: Sendable {
    case usable(KindDefinition)
    case broken([DefinitionProblem], path: String?)
  }

  private var builtIn: [String: Entry] = [:]
  private var user: [String: Entry] = [:]
  private var aliases: [String: String] = [:]
  /// The user's folder is there and cannot be listed: any kind might be shadowed, so none is sure.
  private var folderProblem: DefinitionProblem?

  /// Reads and checks all definitions.
  ///
  /// - Parameter userFolder: Folder of the user's kinds; nil or a missing folder means none.
  package init(userFolder: String?) {
    loadBuiltIn()
    if let userFolder { loadUser(userFolder) }
    loadAliases()
  }

  /// Finds a kind by its name or an alias.
  ///
  /// - Throws: `KindError.unknown`; `KindError.broken`, also where a broken definition of the user
  ///   shadows a sound built-in.
  package func definition(named name: String) throws(KindError) -> KindDefinition {
    if let folderProblem { throw .broken(name: name, problems: [folderProblem]) }
    let resolved = user[name] == nil ? aliases[name] ?? name : name
    switch user[resolved] ?? builtIn[resolved] {
    case .usable(let definition): return definition
    case .broken(let problems, _): throw .broken(name: resolved, problems: problems)
    case nil:
      let names = Array(user.keys) + Array(builtIn.keys) + Array(aliases.keys)
      let nearest = Spelling.closest(to: name, among: names.sorted())
      throw .unknown(name: name, suggestion: nearest.map { aliases[$0] ?? $0 })
    }
  }

  /// Every kind that a name leads to, by name; a shadowed built-in is not listed.
  package func all() -> [KindListing] {
    let names = Set(user.keys).union(builtIn.keys).sorted()
    return names.compactMap { name in
      switch user[name] ?? builtIn[name] {
      case .usable(let definition):
        KindListing(definition, shadowsBuiltIn: user[name] != nil && builtIn[name] != nil)
      case .broken(let problems, let path):
        KindListing(
          brokenKind: name, problems: problems, path: path,
          shadowsBuiltIn: user[name] != nil && builtIn[name] != nil)
      case nil: nil
      }
    }
  }

  /// Every mistake in every definition.
  package var problems: [DefinitionProblem] {
    (folderProblem.map { [$0] } ?? []) + all().flatMap(\.problems)
  }

  /// The examples of a kind.
  ///
  /// - Parameter name: Of a sound kind.
  /// - Returns: Those that can be read, by name, and what is wrong with the others.
  package func examples(of name: String) -> (examples: [KindExample], problems: [DefinitionProblem])
  {
    var examples: [KindExample] = []
    var problems: [DefinitionProblem] = []
    for file in exampleFiles(of: name) {
      switch file.content {
      case .unusable(let why):
        problems.append(DefinitionProblem(file: file.path, message: why))
      case .bytes(let bytes):
        switch KindExample.read(bytes, name: file.name, path: file.path) {
        case .read(let example): examples.append(example)
        case .broken(let found): problems += found
        }
      }
    }
    return (examples, problems)
  }

  private func exampleFiles(
    of name: String
  ) -> [(name: String, path: String, content: LoadedFile)] {
    if case .usable(let definition)? = user[name], let folder = definition.path {
      let tests = FileSystem.joined(folder, "tests")
      let names = (try? FileSystem.listDirectory(tests)) ?? []
      return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted().map { file in
        (
          String(file.dropLast(5)), FileSystem.joined(tests, file),
          UserFile.load("tests/" + file, from: folder)
        )
      }
    }
    let start = name + "/tests/"
    return embeddedJobs.filter { $0.path.hasPrefix(start) && $0.path.hasSuffix(".json") }.map {
      let file = $0.path.dropFirst(start.count)
      return (String(file.dropLast(5)), "Jobs/" + $0.path, .bytes(Array($0.text.utf8)))
    }.sorted { $0.path < $1.path }
  }

  // MARK: Loading

  private mutating func loadBuiltIn() {
    var folders: [String: [String: [UInt8]]] = [:]
    for (path, text) in embeddedJobs {
      guard let slash = path.firstIndex(of: "/") else { continue }
      folders[String(path[..<slash]), default: [:]][String(path[path.index(after: slash)...])] =
        Array(text.utf8)
    }
    for (name, files) in folders {
      let reader = DefinitionReader(folder: name, location: "Jobs/\(name)") { file in
        files[file].map { .bytes($0) } ?? .unusable("is missing")
      }
      builtIn[name] = entry(reader.read(), source: .builtIn, path: nil)
    }
  }

  private mutating func loadUser(_ folder: String) {
    guard FileSystem.exists(folder) else { return }
    do throws(FileError) {
      for name in try FileSystem.listDirectory(folder) where !name.hasPrefix(".") {
        let path = FileSystem.joined(folder, name)
        guard FileSystem.isDirectory(path) else { continue }
        let reader = DefinitionReader(folder: name, location: path) {
          UserFile.load($0, from: path)
        }
        user[name] = entry(reader.read(), source: .user, path: path)
      }
    } catch {
      folderProblem = DefinitionProblem(file: folder, message: error.message)
    }
  }

  private func entry(
    _ result: DefinitionReader.Result, source: KindDefinition.Source, path: String?
  ) -> Entry {
    switch result {
    case .broken(let problems): return .broken(problems, path: path)
    case .read(var definition):
      definition.source = source
      definition.path = path
      return .usable(definition)
    }
  }

  /// Aliases of built-in kinds win over those of the user; the name of a kind wins over both.
  private mutating func loadAliases() {
    for entries in [user, builtIn] {
      for (name, entry) in entries.sorted(by: { $0.key > $1.key }) {
        guard case .usable(let definition) = entry else { continue }
        for alias in definition.aliases where builtIn[alias] == nil && user[alias] == nil {
          aliases[alias] = name
        }
      }
    }
  }
}

/// One line of the list of kinds.
package struct KindListing: Sendable, Hashable {
  package var name: String
  package var aliases: [String]
  /// Nil where the definition is broken.
  package var version: String?
  package var description: String?
  package var source: KindDefinition.Source
  /// The folder; nil for built-in kinds.
  package var path: String?
  /// Nil where the definition is broken.
  package var hash: String?
  package var problems: [DefinitionProblem]
  /// A kind of the user hides the built-in of this name.
  package var shadowsBuiltIn: Bool

  init(_ definition: KindDefinition, shadowsBuiltIn: Bool) {
    name = definition.name
    aliases = definition.aliases
    version = definition.version
    description = definition.description
    source = definition.source
    path = definition.path
    hash = definition.hash
    problems = []
    self.shadowsBuiltIn = shadowsBuiltIn
  }

  init(brokenKind name: String, problems: [DefinitionProblem], path: String?, shadowsBuiltIn: Bool)
  {
    self.name = name
    aliases = []
    source = path == nil ? .builtIn : .user
    self.path = path
    self.problems = problems
    self.shadowsBuiltIn = shadowsBuiltIn
  }
}

/// Reads files of a user's definition, and nothing outside its folder.
enum UserFile {
  private static let limit = 1 << 20

  static func load(_ name: String, from folder: String) -> LoadedFile {
    let path = FileSystem.joined(folder, name)
    guard let real = FileSystem.resolvingLinks(path) else { return .unusable("is missing") }
    guard let root = FileSystem.resolvingLinks(folder), real.hasPrefix(root + "/") else {
      return .unusable("lies outside the folder")
    }
    do throws(FileError) {
      // A pipe would block for ever.
      guard try FileSystem.status(real).kind == .regular else {
        return .unusable("is not a regular file")
      }
      return .bytes(try FileSystem.read(real, limit: limit))
    } catch {
      return .unusable(error.message)
    }
  }
}
