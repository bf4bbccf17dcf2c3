import JSONText
import Platform

/// Identity of a definition and its stored form.
enum DefinitionFiles {
  /// `sha256:` over all files; spacing and order of keys in `job.json` do not count.
  static func hash(of files: [DefinitionFile], main: JSONNode) -> String {
    var content: [UInt8] = []
    for file in files.sorted(by: { $0.name < $1.name }) {
      let isMain = file.name == DefinitionReader.mainFile
      let bytes = isMain ? canonical(main).encoded() : file.bytes
      content += Array("\(file.name)\0\(bytes.count)\0".utf8) + bytes
    }
    return "sha256:" + SHA256.hex(content)
  }

  private static func canonical(_ node: JSONNode) -> JSONValue {
    switch node.kind {
    case .array(let values): .array(values.map(canonical))
    case .object(let members):
      .object(
        members.sorted { $0.key < $1.key }.map { JSONPair($0.key, canonical($0.value)) })
    case .null, .bool, .number, .string: JSONValue(node)
    }
  }
}

extension KindDefinition {
  /// This definition whole, as JSON text, for storing with a job.
  package var snapshot: [UInt8] {
    let files = files.map { JSONPair($0.name, .string(String(decoding: $0.bytes, as: UTF8.self))) }
    let value: JSONValue = [
      "format": 1, "name": .string(name), "hash": .string(hash), "files": .object(files),
    ]
    return value.encoded()
  }

  /// Re-creates a definition from `snapshot`.
  ///
  /// - Throws: `KindError.broken` where the text is not one.
  package init(snapshot: [UInt8]) throws(KindError) {
    guard let root = try? JSONNode.parse(snapshot), let name = root["name"]?.string,
      let members = root["files"]?.members
    else {
      let problem = DefinitionProblem(file: "snapshot", message: "is not a stored definition")
      throw .broken(name: "", problems: [problem])
    }
    let reader = DefinitionReader(folder: name, location: "snapshot/\(name)") { file in
      members.first { $0.key == file }?.value.string.map { .bytes(Array($0.utf8)) }
        ?? .unusable("is missing")
    }
    switch reader.read() {
    case .broken(let problems): throw .broken(name: name, problems: problems)
    case .read(let definition):
      self = definition
      source = .snapshot
    }
  }

  /// The files of a new kind made after this one: the same with another name and no aliases.
  ///
  /// - Parameter newName: A name that `isName` accepts.
  /// - Returns: `job.json` and the prompts.
  package func files(renamed newName: String) -> [DefinitionFile] {
    files.map { file in
      guard file.name == DefinitionReader.mainFile, let root = try? JSONNode.parse(file.bytes),
        let members = root.members, let node = root["name"]
      else { return file }
      var edits = [JSONEdit.replace(node, with: .string(newName))]
      if newName != name, let index = members.firstIndex(where: { $0.key == "aliases" }) {
        edits += JSONEdit.remove([index], from: root)
      }
      guard let bytes = try? JSONEdit.apply(edits, to: file.bytes) else { return file }
      return DefinitionFile(name: file.name, bytes: bytes)
    }
  }
}
