import Foundation
import JSONText
import Testing

// The full run, with real phases and figures, is a program of its own:
//
//     swift build -c release && .build/release/KillTest --kills 10000

@Suite("Kills", .timeLimit(.minutes(5)))
struct KillTests {
  /// A short run of the kill test.
  private func run(_ arguments: [String]) async throws -> (status: Int32, figures: JSONNode) {
    let home = try AuxqHome()
    defer { home.remove() }
    let program = URL(fileURLWithPath: AuxqProgram.path)
      .deletingLastPathComponent().appendingPathComponent("KillTest").path
    let child = try RunningAuxq(
      program: program, arguments + ["--json", "--folder", home.folder.path], home: home,
      input: nil)
    let result = await child.wait()
    #expect(result.errors.isEmpty, "\(result.errors)")
    let figures = try JSONNode.parse(Array(result.output.utf8), as: .strict, maxDepth: 4)
    return (result.status, figures)
  }

  @Test("processes killed at random, while they run jobs and inside commits lose nothing")
  func kills() async throws {
    let (status, figures) = try await run(["--kills", "120", "--auxq", "8"])
    #expect(status == 0, "\(figures)")
    #expect(figures["kills"]?.int == 120)
    for phase in ["job running", "inside a commit"] {
      #expect(figures["kills: \(phase)"]?.int ?? 0 > 0, "\(phase)")
    }
    #expect(figures["acknowledged jobs"]?.int ?? 0 > 20)
    for wrong in [
      "lost jobs", "lost results", "accepted twice", "accepted under an old token",
      "ids given twice", "stuck jobs", "problems of the file", "errors of the store",
    ] {
      #expect(figures[wrong]?.int == 0, "\(wrong)")
    }
  }

  #if DEBUG
    @Test("a store that finishes jobs without the token check is caught")
    func plantedBug() async throws {
      // Which kill meets the bug is chance, and on a busy machine sometimes none of 150 does.
      var isCaught = false
      for _ in 0..<4 where !isCaught {
        let (status, figures) = try await run(
          ["--kills", "150", "--auxq", "0", "--planted-bug"])
        isCaught = status == 1 && figures["accepted under an old token"]?.int ?? 0 > 0
      }
      #expect(isCaught)
    }
  #endif
}
