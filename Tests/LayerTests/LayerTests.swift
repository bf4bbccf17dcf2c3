import Foundation
import Testing

/// Which of our own modules each folder of `Sources` may import. An arrow that is not listed here is
/// a change of the architecture and wants a decision, not a compiler that happens to find the module.
let allowedImports: [String: Set<String>] = [
  "Fallback": [],
  "JSONText": [],
  "Spelling": [],
  "Platform": ["CSystem"],
  "Calls": ["Fallback", "JSONText", "Platform"],
  "Queue": ["Fallback"],
  "Configuration": ["Fallback", "JSONText", "Spelling", "Platform"],
  "Credentials": ["Fallback", "Calls", "Configuration", "JSONText", "Platform"],
  "Kinds": ["Fallback", "Calls", "JSONText", "Spelling", "Platform"],
  "SQLiteQueue": ["Queue", "Fallback", "Platform", "CSQLite"],
  "CurlTransport": ["Calls", "Fallback", "Platform", "CCurl"],
  "Worker": [
    "Kinds", "Queue", "Calls", "Credentials", "Configuration", "Fallback", "JSONText", "Platform",
  ],
  "CLI": [
    "Worker", "Kinds", "Queue", "Calls", "Credentials", "Configuration", "Fallback", "JSONText",
    "Spelling", "Platform",
  ],
  "auxq": ["CLI", "SQLiteQueue", "CurlTransport", "Queue", "Platform"],
]

/// Modules of the system that a folder may import beside ours.
let systemModules: Set<String> = ["Glibc", "Synchronization"]
/// These import nothing at all: no clock, no file, no network can get in.
let pureTargets = ["Fallback", "JSONText", "Spelling"]
/// Tools of the build and of measuring, not part of the program.
let toolFolders: Set<String> = [
  "Benchmarks", "EmbedJobsTool", "Fuzz", "Plugins", "TransportLoad",
]
/// C leaves.
let leafFolders: Set<String> = ["CSQLite", "CCurl", "CSystem"]

let sources = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appendingPathComponent("Sources")

/// Every Swift file below a folder.
func swiftFiles(in folder: URL) throws -> [URL] {
  try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    .filter { $0.hasSuffix(".swift") }
    .map { folder.appendingPathComponent($0) }
}

/// The modules that a file imports, whatever the access level or kind of import.
func imports(of text: String) -> [String] {
  text.split(separator: "\n").compactMap { line in
    var words = line.split(separator: " ").map(String.init)
    while let first = words.first,
      first.hasPrefix("@")
        || ["package", "public", "internal", "private", "fileprivate"].contains(first)
    {
      words.removeFirst()
    }
    guard words.first == "import", words.count >= 2 else { return nil }
    let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
    return name.split(separator: ".").first.map(String.init)
  }
}

@Suite("Layers")
struct LayerTests {
  @Test("every folder of Sources is in the table, and nothing else is")
  func tableIsComplete() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: sources.path)
    let known = Set(allowedImports.keys).union(toolFolders).union(leafFolders)
    #expect(Set(folders.filter { !$0.hasPrefix(".") }) == known)
  }

  @Test("a module imports only what lies below it", arguments: allowedImports.keys.sorted())
  func importsPointDown(target: String) throws {
    let files = try swiftFiles(in: sources.appendingPathComponent(target))
    #expect(!files.isEmpty)
    let allowed = allowedImports[target, default: []]
      .union(pureTargets.contains(target) ? [] : systemModules)
    for file in files {
      let found = imports(of: try String(contentsOf: file, encoding: .utf8))
      let forbidden = Set(found).subtracting(allowed)
      #expect(
        forbidden.isEmpty, "\(target)/\(file.lastPathComponent) imports \(forbidden.sorted())")
    }
  }

  @Test("the arrows of the table have no circle")
  func noCircles() {
    for start in allowedImports.keys {
      var reached: Set<String> = []
      var open = Array(allowedImports[start, default: []])
      while let next = open.popLast() {
        guard reached.insert(next).inserted else { continue }
        open += allowedImports[next, default: []]
      }
      #expect(!reached.contains(start), "\(start) reaches itself")
    }
  }

  @Test("only Fallback and what words its results match on what a failure means")
  func callersDecideNothing() throws {
    for name in ["BlockingCaller.swift", "AsyncCaller.swift"] {
      let file = sources.appendingPathComponent("Calls/\(name)")
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(!text.contains("Failure"), "\(name) looks at a failure")
      #expect(!text.contains("status"), "\(name) looks at a status")
    }
  }

  @Test("the scanner of this test sees every form of import")
  func scannerWorks() {
    let text = """
      package import Calls
      import struct Foundation.URL
      @testable import Queue
      // import Nothing
      """
    #expect(imports(of: text) == ["Calls", "Foundation", "Queue"])
  }
}
