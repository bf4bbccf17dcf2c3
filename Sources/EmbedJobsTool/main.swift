import Foundation

// Writes one Swift file that holds every file below a folder, so that the program carries its
// built-in job kinds wherever it is copied to.
//
// use: EmbedJobsTool JOBS_FOLDER OUTPUT_FILE

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
  FileHandle.standardError.write(Data("use: EmbedJobsTool JOBS_FOLDER OUTPUT_FILE\n".utf8))
  exit(64)
}

let folder = URL(fileURLWithPath: arguments[1], isDirectory: true)
let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
  .filter { !$0.split(separator: "/").contains { $0.hasPrefix(".") } }
  .sorted()

var lines = [
  "/// The files of `Jobs/` as they were when the program was built: path, then text.",
  "package let embeddedJobs: [(path: String, text: String)] = [",
]
for name in names {
  let file = folder.appendingPathComponent(name)
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder),
    !isFolder.boolValue
  else { continue }
  let text = try String(contentsOf: file, encoding: .utf8)
  lines.append("  (\"\(name)\", \(text.debugDescription)),")
}
lines.append("]\n")
try lines.joined(separator: "\n").write(
  to: URL(fileURLWithPath: arguments[2]), atomically: true, encoding: .utf8)
