import CLI
import Fallback
import JSONText
import Queue
import Testing

@Suite struct JobJSONTests {
  private func pretty(_ value: JSONValue) -> String {
    String(decoding: JSONOutput.bytes(value, style: .pretty), as: UTF8.self)
  }

  @Test("The job object is as recorded")
  func golden() {
    let object = JobJSON.object(Samples.job, attempts: [Samples.story])
    Golden.expect(pretty(object), matches: "json/job.json")
    let hostile = Samples.hostile
    Golden.expect(
      pretty(JobJSON.object(hostile.job, attempts: [hostile.story])), matches: "json/dead.json")
  }

  @Test("The fields and their order are those of the contract")
  func fields() throws {
    let object = JobJSON.object(Samples.job, attempts: [Samples.story])
    let node = try JSONNode.parse(object.encoded())
    #expect(
      node.members?.map(\.key) == [
        "id", "kind", "queue", "state", "priority", "attempt", "max_attempts", "mode", "labels",
        "unique_key", "input", "enqueued_at", "run_at", "started_at", "finished_at", "result",
        "result_bytes", "degraded", "served_by", "fallback_reasons", "error", "definition",
        "report", "attempts",
      ])
    let attempt = try #require(node["attempts"]?.elements?.first)
    #expect(
      attempt.members?.map(\.key) == [
        "number", "worker", "path", "outcome", "started_at", "finished_at", "calls", "skips",
      ])
    let call = try #require(attempt["calls"]?.elements?[1])
    #expect(
      call.members?.map(\.key) == [
        "seq", "purpose", "provider", "model", "base_url", "credential", "credential_id",
        "status", "transport_error", "class", "scope", "rule", "action", "reason",
        "retry_after_s", "duration_ms", "input_tokens", "output_tokens", "request_id",
      ])
    #expect(call["retry_after_s"]?.double == 38.5)
    #expect(call["seq"]?.int == 2)
    #expect(call["duration_ms"]?.int == 70)
  }

  @Test("A list has no attempts, and a job without a result has null")
  func list() throws {
    var job = Samples.job
    job.result = nil
    let node = try JSONNode.parse(JobJSON.object(job, attempts: nil).encoded())
    #expect(node["attempts"] == nil)
    #expect(node["result"]?.isNull == true)
    #expect(node["enqueued_at"]?.string == "2026-11-20T10:00:00.123Z")
    #expect(node["report"]?["chunks"]?.int == 3)
  }

  @Test("A call that was under way when its worker died has the class unknown")
  func unknown() throws {
    let hostile = Samples.hostile
    let node = try JSONNode.parse(
      JobJSON.object(hostile.job, attempts: [hostile.story]).encoded())
    let call = try #require(node["attempts"]?.elements?[0]["calls"]?.elements?[1])
    #expect(call["class"]?.string == "unknown")
    #expect(call["duration_ms"]?.isNull == true)
    #expect(call["action"]?.isNull == true)
  }

  @Test("A call under way in a running attempt has no class")
  func underWay() throws {
    var story = Samples.hostile.story
    story.record.outcome = nil
    let node = try JSONNode.parse(JobJSON.object(Samples.job, attempts: [story]).encoded())
    let call = try #require(node["attempts"]?.elements?[0]["calls"]?.elements?[1])
    #expect(call["class"]?.isNull == true)
  }

  @Test("The error body stands only with failed calls")
  func errorBody() throws {
    let node = try JSONNode.parse(
      JobJSON.object(Samples.job, attempts: [Samples.story]).encoded())
    let calls = try #require(node["attempts"]?.elements?[0]["calls"]?.elements)
    #expect(calls.map { $0["error_body"] != nil } == [true, false, false])
  }

  @Test("A refresh tells its own outcome and the class that it was to mend")
  func refresh() throws {
    var call = Samples.refused
    call.purpose = .refresh
    call.detail = "token endpoint said invalid_grant"
    var story = Samples.story
    story.calls = [call]
    let node = try JSONNode.parse(JobJSON.object(Samples.job, attempts: [story]).encoded())
    let shown = try #require(node["attempts"]?.elements?[0]["calls"]?.elements?.first)
    #expect(shown["purpose"]?.string == "refresh")
    #expect(shown["class"]?.string == "auth")
    #expect(shown["reason"]?.string == "token endpoint said invalid_grant")
  }

  @Test("JSON on stdout holds no control that a terminal obeys, and reads back the same")
  func controls() throws {
    let text = "a\u{9B}2Jb\u{202E}c\u{1B}[1md\u{FEFF}\u{7F}日本👩‍👧"
    let bytes = JSONOutput.bytes(["k": .string(text)])
    #expect(try JSONNode.parse(bytes)["k"]?.string == text)
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars.dropLast() {
      #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
      #expect(scalar.value != 0x202E)
    }
  }
}
