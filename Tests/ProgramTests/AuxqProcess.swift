import Foundation
import Glibc
import JSONText

/// The built program, started as a person or a script starts it.
struct AuxqHome {
  let folder: URL
  /// Added to the few variables that a child gets.
  var variables: [String: String] = [:]

  init(config: String? = nil) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("auxq-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    if let config { try write(config, to: "config.json") }
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    let file = folder.appendingPathComponent(name)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  /// Starts the program without waiting.
  func start(_ arguments: [String], input: String? = nil) throws -> RunningAuxq {
    try RunningAuxq(program: AuxqProgram.path, arguments, home: self, input: input)
  }

  /// Runs the program to its end.
  func run(_ arguments: String..., input: String? = nil) async throws -> AuxqResult {
    try await start(arguments, input: input).wait()
  }

  /// Runs `show --json` and parses it.
  func show(_ id: Int) async throws -> JSONNode {
    let result = try await run("show", "\(id)", "--json")
    return try JSONNode.parse(Array(result.output.utf8), as: .strict, maxDepth: 64)
  }
}

struct AuxqResult {
  var status: Int32
  var output: String
  var errors: String
}

/// A child that may still run. Its output goes to files, so that it can never block on a pipe.
final class RunningAuxq {
  let process = Process()
  private let files: URL

  init(program: String, _ arguments: [String], home: AuxqHome, input: String?) throws {
    files = home.folder.appendingPathComponent("io-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
    for name in ["out", "err"] {
      _ = FileManager.default.createFile(
        atPath: files.appendingPathComponent(name).path, contents: nil)
    }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ["AUXQ_HOME": home.folder.path, "PATH": "/usr/bin:/bin"]
      .merging(home.variables) { $1 }
    process.currentDirectoryURL = home.folder
    process.standardOutput = try FileHandle(forWritingTo: files.appendingPathComponent("out"))
    process.standardError = try FileHandle(forWritingTo: files.appendingPathComponent("err"))
    if let input {
      let file = files.appendingPathComponent("in")
      try input.write(to: file, atomically: true, encoding: .utf8)
      process.standardInput = try FileHandle(forReadingFrom: file)
    } else {
      process.standardInput = FileHandle.nullDevice
    }
    try process.run()
  }

  /// Waits without holding a thread of the pool that all tests share.
  func wait() async -> AuxqResult {
    while process.isRunning { try? await Task.sleep(for: .milliseconds(2)) }
    return AuxqResult(
      status: process.terminationStatus, output: read("out"), errors: read("err"))
  }

  func kill() {
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  func signal(_ number: Int32) { Glibc.kill(process.processIdentifier, number) }

  func read(_ name: String) -> String {
    (try? String(contentsOf: files.appendingPathComponent(name), encoding: .utf8)) ?? ""
  }
}

/// Where the build put the program: beside the test bundle that is loaded into this process.
enum AuxqProgram {
  static let path: String = {
    let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
    let bundle = maps.split(separator: "\n")
      .compactMap { $0.split(separator: " ").last.map(String.init) }
      .first { $0.hasSuffix(".xctest") }
    let folder = URL(fileURLWithPath: bundle ?? CommandLine.arguments[0])
      .deletingLastPathComponent()
    return folder.appendingPathComponent("auxq").path
  }()
}

/// Waits until something holds, looking every few milliseconds.
func eventually(within seconds: Double = 60, _ condition: () throws -> Bool) async rethrows -> Bool
{
  let end = Date().addingTimeInterval(seconds)
  while Date() < end {
    if try condition() { return true }
    await pause(milliseconds: 5)
  }
  return false
}

func pause(milliseconds: Int) async { try? await Task.sleep(for: .milliseconds(milliseconds)) }
