import CLI
import Fallback
import Queue
import Testing

@Suite struct ScreenTests {
  private let now = Samples.start + 180_000

  @Test("A job with fallbacks is shown as recorded")
  func show() {
    let screen = ShowScreen(
      job: Samples.job, attempts: [Samples.story], now: now, style: .plain)
    Golden.expect(screen.text, matches: "text/show.txt")
  }

  @Test("What came too late is told, and that it was not taken")
  func late() {
    let late = LateResult(
      attempt: 1, outcome: .succeeded, arrivedAt: now - 5_000, result: Array("too late".utf8))
    let text = ShowScreen(
      job: Samples.job, attempts: [Samples.story], late: [late], now: now, style: .plain
    ).text
    #expect(text.contains("Late  attempt 1 reported succeeded"))
    #expect(text.contains("after its lease was lost, its 8 B were not taken"))
  }

  @Test("Nothing in a job can reach the terminal as a control")
  func hostile() {
    let hostile = Samples.hostile
    let text = ShowScreen(
      job: hostile.job, attempts: [hostile.story], now: now, style: .plain
    ).text
    Golden.expect(text, matches: "text/show-dead.txt")
    expectHarmless(text)
    expectHarmless(ListScreen.text([hostile.job], now: now, style: .plain, width: 90))
  }

  private func expectHarmless(_ text: String) {
    for scalar in text.unicodeScalars where scalar != "\n" {
      #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
      #expect(
        !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value))
    }
    #expect(!text.contains("owned") && !text.contains("evil") && !text.contains("[31m"))
  }

  @Test("Colour is written only when asked for")
  func colour() {
    let coloured = ListScreen.text(
      [Samples.job], now: now, style: Style(isColoured: true), width: nil)
    #expect(coloured.contains("\u{1B}[32msucceeded\u{1B}[0m"))
    #expect(
      !ListScreen.text([Samples.job], now: now, style: .plain, width: nil).contains("\u{1B}"))
  }

  @Test(
    "Colour needs a terminal that can, and no NO_COLOR",
    arguments: [
      (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false),
      (true, ["NO_COLOR": ""], true), (true, ["TERM": "dumb"], false),
    ] as [(Bool, [String: String], Bool)])
  func noColor(isTerminal: Bool, environment: [String: String], expected: Bool) {
    let style = Style(isTerminal: isTerminal) { environment[$0] }
    #expect(style.isColoured == expected)
  }

  @Test("The list fits its terminal, wide characters included")
  func list() {
    var wide = Samples.job
    wide.id = 1043
    wide.inputName = "会議メモ/二〇二六年十一月/とても長い名前のファイル、全部は入らない.md"
    wide.state = .retryable
    wide.servedBy = nil
    wide.error = JobError(class: "rate_limit", message: "m")
    let text = ListScreen.text([wide, Samples.job], now: now, style: .plain, width: 90)
    Golden.expect(text, matches: "text/list.txt")
    for line in text.split(separator: "\n") { #expect(DisplayWidth.of(line) <= 90) }
    let whole = ListScreen.text([wide], now: now, style: .plain, width: nil)
    #expect(whole.contains("全部は入らない.md"))
    #expect(ListScreen.text([], now: now, style: .plain, width: 90).isEmpty)
  }

  @Test(
    "Widths count columns of a terminal",
    arguments: [
      ("abc", 3), ("会議", 4), ("é", 1), ("e\u{301}", 1), ("👩‍👩‍👧", 2), ("", 0), ("한국", 4),
      ("🇩🇪", 2), ("❤️", 2),
    ])
  func width(text: String, columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }
}

@Suite struct SanitizerTests {
  @Test(
    "Controls and escape sequences vanish from a line",
    arguments: [
      ("plain", "plain"), ("a\tb\nc\rd", "a b c d"), ("\u{1B}[31mred\u{1B}[0m", "red"),
      ("\u{1B}]0;title\u{7}x", "x"), ("\u{1B}]8;;u\u{1B}\\x", "x"), ("\u{9D}t\u{9C}x", "x"),
      ("\u{9B}31mx", "x"), ("\u{1B}Pq\u{1B}\\x", "x"), ("\u{1B}(Bx", "x"), ("\u{1B}cx", "x"),
      ("a\u{0}b\u{8}c\u{7F}d\u{85}e", "abcde"), ("\u{202E}abc\u{2069}", "abc"),
      ("a\u{200F}b\u{FEFF}c\u{2028}d", "abcd"), ("tail\u{1B}", "tail"), ("tail\u{1B}[", "tail"),
      ("a\u{1B}]open\nnext", "a next"), ("日本é👩‍👧", "日本é👩‍👧"),
    ])
  func line(text: String, expected: String) {
    #expect(Sanitizer.line(text) == expected)
  }

  @Test("Text keeps its lines and tabs, and carriage returns cannot overwrite them")
  func text() {
    #expect(Sanitizer.text("a\tb\r\nc\rd\u{1B}[1A\n") == "a\tb\ncd\n")
    #expect(Sanitizer.text("\u{1B}\nx") == "\nx")
  }
}
