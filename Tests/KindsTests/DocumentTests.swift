import Calls
import Fallback
import JSONText
import Kinds
import Testing

@Suite("Documents") struct DocumentTests {
  private let page = """
    <!DOCTYPE html><html><head><title>Site</title><style>.x{color:red}</style></head><body>
    <nav><a href="/">Home</a> <a href="/about">About</a></nav>
    <div class="cookie-banner">We use cookies</div>
    <main><h1>The &quot;Report&quot;</h1>
    <p>Sales rose by 12&nbsp;% in&#32;M&uuml;nchen &mdash; the best year&#x2026; It went on for a long while, and nobody expected that it would end before the summer of the next year.</p>
    <ul><li>First <b>point</b></li><li>Second point<ul><li>Inner</li></ul></li></ul>
    <table><tr><th>Year</th><th>Sum</th></tr><tr><td>2024</td><td>7</td></tr></table>
    <pre>let a = 1
    let b = 2</pre>
    <p hidden>not to be seen</p><p style="display: none">nor this</p>
    <script>var secret = "<p>script</p>";</script></main>
    <aside>Related stories</aside><footer>Imprint</footer></body></html>
    """

  private func prompt(_ input: String, name: String = "input.txt") throws -> String {
    let program = try kind("summarise").makeProgram(input: Array(input.utf8), inputName: name)
    let run = drive(program) { _ in text("Short.") }
    return try messages(of: run.steps[0])[1].content
  }

  @Test("a page is read down to what it says")
  func html() throws {
    let prompt = try prompt(page)
    for part in [
      "# The \"Report\"", "Sales rose by 12 % in München — the best year…", "- First point",
      "- Second point", "  - Inner", "| Year | Sum |", "| 2024 | 7 |", "```\nlet a = 1",
    ] {
      #expect(prompt.contains(part), "\(part)")
    }
    for part in ["Home", "cookies", "Imprint", "Related", "script", "seen", "nor this", "color"] {
      #expect(!prompt.contains(part), "\(part)")
    }
  }

  @Test("a page without a main text is read whole, with a word about it")
  func smallPage() throws {
    let small = "<html><body><nav><a href='x'>Only a menu</a></nav><p>Hi there.</p></body></html>"
    let run = drive(try program("summarise", small)) { _ in text("Short.") }
    #expect(try messages(of: run.steps[0])[1].content.contains("Only a menu"))
    #expect(try run.report()["warning"]?.string?.contains("all of it was read") == true)
  }

  @Test(
    "broken pages do not stop the reading",
    arguments: [
      "<html><p>One<p>Two <b>bold", "<html><div><p>One</div></p></div>Two<", "<html><!-- One --",
      "<html>a < b && c > d &unknown; &#xFFFFFFFF; Two", "<html><script>One",
      "<html><td>One<tr>Two",
      "<html><a href='unclosed>One</a> Two",
    ])
  func brokenPages(page: String) throws {
    let long = page + "><p>" + String(repeating: "more words for the page ", count: 20)
    let read = (try? prompt(long)) ?? ""
    // An open script or quotation swallows the rest: then there is nothing to read.
    let isSwallowed = page.contains("<script>") || page.contains("unclosed")
    #expect(read.contains("more words for the page") != isSwallowed)
  }

  @Test("a text that only speaks of tags is no page")
  func noPage() throws {
    #expect(try prompt("Use <p> for paragraphs.").contains("Use <p> for paragraphs."))
    #expect(try prompt("a < b", name: "x.html").contains("a < b"))
  }

  @Test("what the source does not say is flagged: numbers, quotations, names, addresses")
  func faithfulness() throws {
    let source =
      "The council of Springfield met on 12 May 2024. Mayor Quimby said: “We will build the bridge next year”. It costs 1,200 euros. See https://a.example/x for more."
    let answer =
      "On 12 May 2024 the council of Springfield heard Quimby say “we will build the bridge next year” and “nobody asked for that bridge”. It costs 1200 euros, later 4500, says Skinner. See https://b.example/y."
    let run = drive(try program("summarise", source)) { _ in text(answer) }
    let report = try run.report()
    let flagged = try #require(report["not_in_source"])
    #expect(flagged["numbers"]?.elements?.compactMap(\.string) == ["4500"])
    #expect(flagged["quotes"]?.elements?.compactMap(\.string) == ["nobody asked for that bridge"])
    #expect(flagged["names"]?.elements?.compactMap(\.string) == ["Skinner"])
    #expect(flagged["references"]?.elements?.compactMap(\.string) == ["https://b.example/y"])
    let failed = try run.report()["checks"]?["failed"]?.elements?.compactMap(\.string) ?? []
    #expect(failed.contains("numbers-in-source") && failed.contains("quotes-in-source"))
    #expect(run.result == answer)
  }

  @Test("a faithful summary is not flagged")
  func faithful() throws {
    let source =
      "In 2021 the river Elbe rose by 3.5 metres; Dresden was flooded, and 1 200 people left their houses."
    let answer = "The Elbe rose by 3.5 metres in 2021, so 1,200 people left Dresden's houses."
    let run = drive(try program("summarise", source)) { _ in text(answer) }
    #expect(try run.report()["not_in_source"] == nil)
  }

  // MARK: Parts that no model takes

  private var long: String {
    (1...90).map {
      "Paragraph \($0) says that item \($0) costs \($0 * 3) euros and nobody objects."
    }
    .joined(separator: "\n\n")
  }

  /// Refuses whatever holds the poison.
  private func poisoned(_ step: Step) -> StepResult {
    let prompt = String(decoding: step.request.messages, as: UTF8.self)
    return prompt.contains("item 40 costs")
      ? .refused(.contentPolicy) : text("Notes \(step.key.prefix(6)).")
  }

  @Test("a part that is refused is split, then the job fails by default")
  func policyFail() throws {
    let run = drive(try program("summarise", long, window: 2048), poisoned)
    #expect(run.failure?.class == "content_policy")
    #expect(run.rounds.count == 3)
  }

  @Test("with policy=partial the rest is summarised, and the gap is listed")
  func policyPartial() throws {
    let run = drive(try program("summarise", long, ["policy": "partial"], window: 2048), poisoned)
    #expect(run.result != nil)
    let report = try run.report()
    let gaps = try #require(report["gaps"]?.elements)
    let bounds = (gaps.first?["bytes"]?.elements ?? []).compactMap(\.int)
    let range = try #require(bounds.count == 2 ? bounds : nil)
    let lost = String(decoding: Array(long.utf8)[range[0]..<range[1]], as: UTF8.self)
    #expect(gaps.count == 1 && gaps[0]["reason"]?.string == "content_policy")
    // Split twice, so that little more than the passage itself is lost.
    #expect(lost.contains("item 40 costs") && lost.utf8.count * 10 < long.utf8.count)
  }

  @Test("an answer that says nothing of its part is asked for once more, and never merged")
  func uselessParts() throws {
    var refusals = 0
    let run = drive(try program("summarise", long, window: 2048)) { step in
      let prompt = String(decoding: step.request.messages, as: UTF8.self)
      if prompt.contains("item 40 costs"), refusals == 0 {
        refusals += 1
        return text("I'm sorry, but I can't help with that.")
      }
      return text("Notes \(step.key.prefix(6)).")
    }
    #expect(run.result != nil && refusals == 1)
    #expect(
      !run.steps.contains {
        String(decoding: $0.request.messages, as: UTF8.self).contains("I'm sorry")
      })
    let lost = drive(try program("summarise", long, window: 2048)) { step in
      String(decoding: step.request.messages, as: UTF8.self).contains("item 40 costs")
        ? text("<think>hm</think>") : text("Notes.")
    }
    #expect(lost.failure?.class == "check")
  }

  @Test("a forecast names the calls before they are made")
  func forecast() throws {
    var program = try program("summarise", long, window: 2048)
    guard case .run(let steps) = program.next(.start) else { return }
    let forecast = try #require(program.forecast)
    let run = drive(try again(long)) { text("Notes \($0.key.prefix(6)).") }
    #expect(forecast.calls == run.steps.count && forecast.calls > steps.count)
    #expect(forecast.inputTokens >= steps.reduce(0) { $0 + $1.inputTokens })
  }

  private func again(_ text: String) throws -> any KindProgram {
    try program("summarise", text, window: 2048)
  }

  @Test("a conversation has a digest without a model, not ranked sentences")
  func digest() throws {
    let talk =
      #"[{"role":"user","content":"Fix src/login.swift, never touch main."},{"role":"assistant","content":"Done."}]"#
    guard case .succeeded(let result, let report, true)? = try program("summarise", talk).builtin()
    else {
      Issue.record("no degraded result")
      return
    }
    let text = String(decoding: result, as: UTF8.self)
    #expect(text.contains("Fix src/login.swift, never touch main.") && text.contains("by rules"))
    #expect(try JSONNode.parse(try #require(report))["strategy"]?.string == "digest")
  }

  @Test("pages of a PDF file become one text")
  func pdf() {
    let names = ["apples", "pears", "plums", "nuts"]
    let pages = names.enumerated().map { index, name in
      "Journal of Tests            \(index + 1)\n\nThe page on \(name) with an exam-\nple of \(name).\n\n        - \(index + 1) -\n\u{0C}"
    }
    let clean = String(decoding: PDFText.cleaned(Array(pages.joined().utf8)), as: UTF8.self)
    #expect(!clean.contains("Journal") && !clean.contains("\u{0C}") && !clean.contains("- 2 -"))
    #expect(clean.contains("an example\nof pears.") && clean.contains("The page on nuts"))
    #expect(PDFText.cleaned(Array("\u{0C} \n\u{0C}".utf8)).isEmpty)
  }
}
