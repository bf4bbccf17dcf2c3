import Calls
import Testing

@Suite("Replies as their documentation shows them")
struct ShapeTests {
  @Test("chat completions", arguments: ShapeCase.chat)
  func chat(one: ShapeCase) { expect(one, "application/json") }

  @Test("chat completions, streamed", arguments: ShapeCase.chatStreams)
  func chatStreams(one: ShapeCase) { expectStream(one) }

  @Test("messages", arguments: ShapeCase.messages)
  func messages(one: ShapeCase) { expect(one, "application/json") }

  @Test("messages, streamed", arguments: ShapeCase.messagesStreams)
  func messagesStreams(one: ShapeCase) { expectStream(one) }

  private func expect(_ one: ShapeCase, _ type: String) {
    #expect(one.read(one.body, contentType: type) == one.outcome)
  }

  /// A stream means the same however its lines end, whatever stands between its events, and whatever
  /// the server calls it.
  private func expectStream(_ one: ShapeCase) {
    let type = "text/event-stream; charset=utf-8"
    expect(one, type)
    let spellings = [
      "line feeds and returns": one.body.replacing("\n", with: "\r\n"),
      "returns": one.body.replacing("\n", with: "\r"),
      "a byte order mark": "\u{FEFF}" + one.body,
      "no space": one.body.replacing("data: ", with: "data:"),
      "comments": one.body.replacing("data: ", with: ": a comment\ndata: "),
      "ids and retries": "retry: 500\n\n" + one.body.replacing("data: ", with: "id: 7\ndata: "),
      "data over two lines": one.body.replacing("data: {", with: "data: {\ndata: "),
      "no empty line at the end": String(one.body.dropLast(one.body.hasSuffix("\n\n") ? 1 : 0)),
    ]
    for (name, body) in spellings {
      #expect(one.read(body, contentType: type) == one.outcome, "\(name)")
    }
    #expect(one.read(one.body, contentType: "application/json") == one.outcome)
  }
}
