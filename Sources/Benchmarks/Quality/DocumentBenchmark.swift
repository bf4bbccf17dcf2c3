import Foundation
import Simulator
import Synchronization

/// A document of five megabytes: every part is asked for once, and memory stays bounded.
struct DocumentBenchmark {
  var program: String
  var megabytes = 5

  func report() throws {
    let provider = try SimulatedProvider.start(records: false)
    let parts = Mutex<Set<Int>>([])
    let total = Mutex(0)
    let calls = Mutex(0)
    provider.answer { request in
      calls.withLock { $0 += 1 }
      guard let mark = request.text.range(of: "part=\\\"") else { return .text("Merged.") }
      let numbers = request.text[mark.upperBound...].prefix(24).split { !$0.isNumber }
      if numbers.count > 1, let part = Int(numbers[0]), let all = Int(numbers[1]) {
        _ = parts.withLock { $0.insert(part) }
        total.withLock { $0 = all }
      }
      return .text("Notes on one part of the document.")
    }
    let home = try BenchmarkHome()
    defer { home.remove() }
    try home.configure(url: provider.url + "/v1", model: "simulated", environment: [:])
    let usage = try run(
      program, ["run", "summarise"],
      environment: ["AUXQ_HOME": home.folder.path, "PATH": "/usr/bin:/bin"], input: document)
    provider.stop()
    guard usage.status == 0 else { throw BenchmarkError("summarise ended with \(usage.status)") }
    let (seen, all) = (parts.withLock(\.count), total.withLock(\.self))
    print(
      String(
        format:
          "document: %d MB, %d of %d parts asked for, %d calls, %.1f s wall, %.1f s CPU, peak %.0f MB",
        megabytes, seen, all, calls.withLock(\.self), usage.wallSeconds, usage.cpuSeconds,
        usage.peakMegabytes))
    guard seen == all, all > 0 else { throw BenchmarkError("parts are missing") }
  }

  private var document: String {
    var lines: [String] = []
    var size = 0
    var number = 0
    while size < megabytes * 1_000_000 {
      number += 1
      let heading = number % 40 == 1 ? "## Section \(number / 40 + 1)\n\n" : ""
      let line =
        heading
        + "Paragraph \(number) says that item \(number) was delivered on day \(number % 365) and that nobody who was asked about it had anything to object, although the price had risen.\n"
      size += line.utf8.count + 1
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }
}
