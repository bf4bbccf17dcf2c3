import Glibc
import Platform
import Testing

@Suite("Standard streams")
struct StreamTests {
  @Test("a closed reader is told from a full disk")
  func results() async {
    await #expect(processExitsWith: .exitCode(0)) {
      Signals.ignoreFaults()
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0, dup2(ends[1], STDOUT_FILENO) >= 0 else { exit(1) }
      guard StandardOutput.write("ok") == .written else { exit(2) }
      close(ends[0])
      guard StandardOutput.write("x") == .closed else { exit(3) }
      let full = open("/dev/full", O_WRONLY)
      guard full >= 0, dup2(full, STDERR_FILENO) >= 0 else { exit(4) }
      exit(StandardError.write("x") == .failed(ENOSPC) ? 0 : 5)
    }
  }

  @Test("output larger than a pipe goes through whole, even to a pipe that does not block")
  func largeOutput() async {
    await #expect(processExitsWith: .exitCode(0)) {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0, dup2(ends[1], STDOUT_FILENO) >= 0 else { exit(1) }
      _ = fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK)
      let source = ends[0]
      let total = WaitCondition(0)
      let reader = try? OSThread(name: "reader") {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while total.withLock({ $0 }) < 1_000_000 {
          let got = read(source, &buffer, 4096)
          if got <= 0 { return }
          total.withLock { $0 += got }
        }
      }
      guard StandardOutput.write([UInt8](repeating: 120, count: 1_000_000)) == .written else {
        exit(2)
      }
      reader?.join()
      exit(total.withLock { $0 } == 1_000_000 ? 0 : 3)
    }
  }

  @Test("standard input is read to its end, and no more than wanted")
  func input() async throws {
    await #expect(processExitsWith: .exitCode(0)) {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0, dup2(ends[0], STDIN_FILENO) >= 0 else { exit(1) }
      guard write(ends[1], "hello", 5) == 5 else { exit(2) }
      close(ends[1])
      guard !FileSystem.isTerminal(STDIN_FILENO) else { exit(3) }
      guard let bytes = try? FileSystem.readStandardInput(limit: 5), bytes == Array("hello".utf8)
      else { exit(4) }
      guard fcntl(STDIN_FILENO, F_GETFD) >= 0 else { exit(5) }
      guard pipe(&ends) == 0, dup2(ends[0], STDIN_FILENO) >= 0, write(ends[1], "hello", 5) == 5
      else { exit(6) }
      close(ends[1])
      let error = #expect(throws: FileError.self) { try FileSystem.readStandardInput(limit: 4) }
      exit(error?.code == .tooLarge(limit: 4) ? 0 : 7)
    }
  }
}
