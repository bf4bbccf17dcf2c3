import Foundation
import Glibc
import JSONText
import Simulator
import Testing

@Suite("Shutdown, faults and upkeep", .timeLimit(.minutes(10)))
struct UpkeepTests {
  /// How a signal ends a worker whose job does not end by itself.
  @Test(
    "what is not done within the grace, or at the second signal, goes back unburnt: 130 or 143",
    arguments: [(SIGTERM, "50ms", 143), (SIGINT, "50ms", 130), (SIGINT, "60s", 130)])
  func grace(signal: Int32, grace: String, status: Int32) async throws {
    let provider = try SimulatedProvider.start(usual: Behaviour([.stall]))
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    _ = try await home.run("enqueue", "prompt", input: "Say something.")
    let worker = try home.start(["work", "--grace", grace])
    #expect(await eventually { provider.requestCount == 1 })
    worker.signal(signal)
    if grace == "60s" {
      #expect(await eventually { worker.read("err").contains("still running") })
      worker.signal(signal)
    }
    #expect(await worker.wait().status == status)
    let job = try await home.show(1)
    #expect(job["state"]?.string == "ready" && job["attempt"]?.int == 0)
    #expect(job["attempts"]?.elements?.first?["outcome"]?.string == "handed_back")
  }

  /// Runs a shell line with the program as `$AUXQ`, with a limit on how large files may become.
  private func limited(
    _ line: String, blocks: Int, _ home: AuxqHome
  ) async throws -> (status: Int32, text: String) {
    let shell = Process()
    let output = home.folder.appendingPathComponent("shell-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", "ulimit -f \(blocks); \(line)"]
    shell.environment = [
      "AUXQ_HOME": home.folder.path, "AUXQ": AuxqProgram.path, "PATH": "/usr/bin:/bin",
    ]
    let handle = try FileHandle(forWritingTo: output)
    (shell.standardOutput, shell.standardError) = (handle, handle)
    shell.standardInput = FileHandle.nullDevice
    try shell.run()
    while shell.isRunning { await pause(milliseconds: 5) }
    return (shell.terminationStatus, (try? String(contentsOf: output, encoding: .utf8)) ?? "")
  }

  @Test(
    "without room nothing is acknowledged that is not stored, and all goes on when there is some")
  func noRoom() async throws {
    let provider = try SimulatedProvider.start(usual: .text("Done."))
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    let input = try home.write(String(repeating: "words ", count: 5_000), to: "in.txt")
    // Blocks of 512 bytes: the log of the database may become 600 kB.
    let fill = try await limited(
      "while $AUXQ enqueue prompt \(input); do :; done; $AUXQ enqueue prompt \(input) 2>&1",
      blocks: 1_200, home)
    #expect(fill.status == 74 && fill.text.contains("no space left"))
    let acknowledged = fill.text.split(separator: "\n").compactMap { Int($0) }
    #expect(!acknowledged.isEmpty)
    for line in ["list", "stats", "show 1", "chain", "auth list", "db check", "tail --no-follow"] {
      // Its output may not go to a file then.
      let look = try await limited("$AUXQ \(line) >/dev/null", blocks: 0, home)
      #expect(look.status == 0, "\(line)")
    }
    let listed = try await home.run("list", "--json", "--limit", "0").output.split(separator: "\n")
    #expect(listed.count == acknowledged.count)
    let worker = try await limited("$AUXQ work --drain", blocks: 1, home)
    #expect(worker.status == 74 && provider.requestCount == 0, "\(worker.text)")
    #expect(try await home.run("work", "--drain").status == 0)
    let stats = try await home.run("stats", "--json").output
    let counts = try JSONNode.parse(Array(stats.utf8), as: .strict, maxDepth: 64)
    #expect(counts["jobs"]?["succeeded"]?.int == acknowledged.count)
    #expect(try await home.run("db", "check").status == 0)
  }

  @Test(
    "a worker whose database is deleted or replaced stops with 74 and acknowledges nothing more")
  func lostDatabase() async throws {
    let provider = try SimulatedProvider.start(usual: .text("Done.").delayed(milliseconds: 700))
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    _ = try await home.run("enqueue", "prompt", input: "Say something.")
    let worker = try home.start(["work"])
    #expect(await eventually { provider.requestCount == 1 })
    for suffix in ["", "-wal", "-shm"] {
      unlink(home.folder.appendingPathComponent("queue.db\(suffix)").path)
    }
    let end = await worker.wait()
    #expect(end.status == 74 && end.errors.contains("replaced or deleted"), "\(end.errors)")
    #expect(!end.errors.contains("succeeded"))
  }

  @Test("what is old enough goes while a worker works")
  func background() async throws {
    let provider = try SimulatedProvider.start(usual: .text("Done."))
    let home = try AuxqHome(
      config: oneProvider(provider.url, extra: "queue: { keep_finished: 0.2, keep_dead: 0.2 }"))
    defer { home.remove() }
    _ = try await home.run("enqueue", "prompt", input: "Say something.")
    let worker = try home.start(["work"])
    #expect(await eventually { worker.read("err").contains("succeeded") })
    let path = home.folder.appendingPathComponent("queue.db").path
    var isGone = false
    for _ in 0..<600 where !isGone {
      await pause(milliseconds: 50)
      isGone = try await home.run("list", "--database", path, "--json").output.isEmpty
    }
    #expect(isGone)
    worker.signal(SIGTERM)
    #expect(await worker.wait().status == 0)
    #expect(try await home.run("db", "check").status == 0)
  }

  @Test("tail tells what happens as it happens, and ends with its reader")
  func tail() async throws {
    let provider = try SimulatedProvider.start(usual: .text("Done."))
    let home = try AuxqHome(config: oneProvider(provider.url))
    defer { home.remove() }
    // It may be started before there is a queue.
    let tail = try home.start(["tail", "--json", "-n", "100"])
    _ = try await home.run("enqueue", "prompt", input: "Say something.")
    _ = try await home.run("work", "--drain")
    #expect(await eventually { tail.read("out").contains("succeeded") })
    tail.signal(SIGINT)
    let end = await tail.wait()
    #expect(end.status == 130 && end.errors.isEmpty)
    let events = try end.output.split(separator: "\n").map {
      try JSONNode.parse(Array($0.utf8), as: .strict, maxDepth: 64)["event"]?.string
    }
    #expect(events == ["enqueued", "started", "finished"])
    // Nobody reads: it ends by itself, though nothing happens.
    let piped = try await limited("$AUXQ tail | head -n 1 >/dev/null", blocks: 1_000, home)
    #expect(piped.status == 0)
  }

  @Test("the unit of the README is one that systemd takes")
  func unit() throws {
    let checker = "/usr/bin/systemd-analyze"
    guard FileManager.default.isExecutableFile(atPath: checker) else { return }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let parts = readme.components(separatedBy: "```ini\n")
    let text = try #require(parts.dropFirst().first?.components(separatedBy: "```").first)
    #expect(text.contains("ExecStart=%h/.local/bin/auxq work"))
    let home = try AuxqHome()
    defer { home.remove() }
    let file = try home.write(
      text.replacingOccurrences(of: "%h/.local/bin/auxq", with: AuxqProgram.path),
      to: "auxq.service")
    let process = Process()
    let errors = Pipe()
    process.executableURL = URL(fileURLWithPath: checker)
    process.arguments = ["--user", "verify", file]
    process.environment = [
      "XDG_RUNTIME_DIR": home.folder.path, "HOME": home.folder.path, "PATH": "/usr/bin:/bin",
    ]
    (process.standardOutput, process.standardError) = (errors, errors)
    try process.run()
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && !said.contains("auxq.service:"), "\(said)")
  }
}
