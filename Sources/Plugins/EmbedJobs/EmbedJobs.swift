import Foundation
import PackagePlugin

/// Makes `EmbeddedJobs.swift` from the top-level `Jobs/` folder whenever one of its files changed.
///
/// SwiftPM lists the files once and keeps the list: after adding or removing one, `touch Package.swift`.
@main
struct EmbedJobs: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let jobs = context.package.directoryURL.appendingPathComponent("Jobs")
    let output = context.pluginWorkDirectoryURL.appendingPathComponent("EmbeddedJobs.swift")
    return [
      .buildCommand(
        displayName: "Embedding Jobs/",
        executable: try context.tool(named: "EmbedJobsTool").url,
        arguments: [jobs.path, output.path],
        inputFiles: try files(below: jobs),
        outputFiles: [output])
    ]
  }

  private func files(below folder: URL) throws -> [URL] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .sorted()
      .map { folder.appendingPathComponent($0) }
      .filter { !$0.hasDirectoryPath }
  }
}
