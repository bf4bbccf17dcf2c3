import Glibc
import Platform
import Testing

/// Output that is compared with a file. `AUXQ_RECORD_GOLDEN=1 swift test --filter CLITests` writes the
/// files anew; look at the difference before committing it.
enum Golden {
  static func expect(
    _ text: String, matches name: String, file: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let path = FileSystem.joined(FileSystem.directory(of: file), "Golden/\(name)")
    if Environment.atStart["AUXQ_RECORD_GOLDEN"] == "1" {
      #expect(throws: Never.self, sourceLocation: sourceLocation) {
        try FileSystem.makeDirectories(FileSystem.directory(of: path), mode: 0o755)
        try FileSystem.writeAtomically(path, Array(text.utf8), mode: 0o644)
      }
      return
    }
    let stored = (try? FileSystem.read(path)).map { String(decoding: $0, as: UTF8.self) }
    #expect(stored == text, "differs from Golden/\(name)", sourceLocation: sourceLocation)
  }
}
