import Foundation
import JSONText
import Simulator
import Testing

@Suite("Replaying a recorded job", .timeLimit(.minutes(10)))
struct ExplainJobTests {
  /// A home in which job 1 fell back, on either path.
  private func home(path: String, first: Behaviour = .error(500)) async throws -> AuxqHome {
    let refusing = try SimulatedProvider.start(usual: first)
    let serving = try SimulatedProvider.start(usual: .text("Fine."))
    var home = try AuxqHome(config: twoProviders(refusing.url, serving.url))
    home.variables = ["FIRST_KEY": "key-of-the-first", "SECOND_KEY": "key-of-the-second"]
    if path == "run" {
      #expect(try await home.run("run", "prompt", input: "Say something.").status == 0)
    } else {
      #expect(try await home.run("enqueue", "prompt", input: "Say something.").status == 0)
      #expect(try await home.run("work", "--drain").status == 0)
    }
    return home
  }

  @Test("every decision of a job is the same again", arguments: ["run", "work"])
  func same(path: String) async throws {
    let home = try await home(path: path)
    defer { home.remove() }
    let result = try await home.run("explain", "--job", "1")
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("each the same again"))
    let json = try JSONNode.parse(try await home.run("explain", "--job", "1", "--json").output)
    #expect(json["same"]?.bool == true)
    // begin, acquired, answered, woke, answered, acquired, answered
    #expect(json["decisions"]?.int == 7)
  }

  @Test("a decision that would be another one now is shown, exit 1")
  func different() async throws {
    let home = try await home(path: "run")
    defer { home.remove() }
    // The record is changed so that the policy seems to have allowed no retry.
    let file = home.folder.appendingPathComponent("queue.db")
    var bytes = try Data(contentsOf: file)
    let place = try #require(bytes.range(of: Data(#""retries":1"#.utf8)))
    bytes.replaceSubrange(place, with: Data(#""retries":0"#.utf8))
    try bytes.write(to: file)
    let result = try await home.run("explain", "--job", "1")
    #expect(result.status == 1)
    #expect(result.output.contains("differs"))
    #expect(result.output.contains("recorded  wait"))
    #expect(result.output.contains("now       acquire 1"))
    let json = try JSONNode.parse(try await home.run("explain", "--job", "1", "--json").output)
    #expect(json["same"]?.bool == false)
    let attempt = try #require(json["attempts"]?.elements?.first)
    #expect(attempt["difference"]?["event"]?.string == "answered")
  }

  @Test("no such job is 66")
  func missing() async throws {
    let home = try AuxqHome()
    defer { home.remove() }
    let result = try await home.run("explain", "--job", "7")
    #expect(result.status == 66)
    #expect(result.errors.contains("no job 7"))
  }

  @Test("a job that was never attempted has nothing to compare")
  func unattempted() async throws {
    let home = try AuxqHome()
    defer { home.remove() }
    #expect(try await home.run("enqueue", "prompt", input: "x").status == 0)
    let result = try await home.run("explain", "--job", "1")
    #expect(result.status == 0)
    #expect(result.output.contains("no attempt yet"))
  }
}
