import Kinds
import Testing

@Suite struct TitleTests {
  private func title(_ reply: String, for input: String = "Please help me fix the login page")
    throws
    -> String?
  {
    drive(try program("title", input)) { _ in text(reply) }.result
  }

  @Test(
    "cleans one line out of an answer",
    arguments: [
      ("Fix login page", "Fix login page"),
      ("\"Fix login page\"", "Fix login page"),
      ("“Fix login page.”", "Fix login page"),
      ("**Title:** Fix login page", "Fix login page"),
      ("Title: \"Fix login page\".", "Fix login page"),
      ("TITLE：Fix login page", "Fix login page"),
      ("Titel: Fix login page", "Fix login page"),
      ("# Fix login page", "Fix login page"),
      ("1. Fix login page", "Fix login page"),
      ("- Fix `login` page", "Fix login page"),
      ("```\nFix login page\n```", "Fix login page"),
      ("Here is a title:\n\nFix login page", "Fix login page"),
      ("Sure, here is a suggested title: Fix login page", "Fix login page"),
      ("Fix login page\n\nThis title says what it is about.", "Fix login page"),
      ("Fix \u{202E}login\u{202C} page\u{0007}", "Fix login page"),
      ("Fix login page...", "Fix login page"),
      ("<think>hm</think>\nFix login page", "Fix login page"),
      ("'Fix login page'", "Fix login page"),
      ("Don't break login", "Don't break login"),
      ("Fix [login](https://x.y) page", "Fix login page"),
      ("Fix snake_case in *.swift", "Fix snake_case in *.swift"),
      ("_Fix login page_", "Fix login page"),
      ("What is wrong?", "What is wrong?"),
      ("C++: move semantics", "C++: move semantics"),
      ("Title: Title: Fix", "Fix"),
      ("Fix\tlogin  page", "Fix login  page"),
    ])
  func cleans(reply: String, expected: String) throws {
    #expect(try title(reply) == expected)
  }

  @Test(
    "takes the label off in many languages",
    arguments: [
      ("Заголовок: Ошибка входа", "Не работает вход в систему", "Ошибка входа"),
      ("标题：修复登录页面。", "请帮我修复登录页面", "修复登录页面"),
      ("タイトル：ログイン修正", "ログインページを直してください", "ログイン修正"),
      ("제목: 로그인 수정", "로그인 페이지를 고쳐 주세요", "로그인 수정"),
      ("Título: Arreglar acceso", "Ayúdame con el acceso", "Arreglar acceso"),
      ("عنوان: إصلاح الدخول", "ساعدني في إصلاح صفحة الدخول", "إصلاح الدخول"),
      ("शीर्षक: लॉगिन ठीक करें।", "लॉगिन पेज ठीक करने में मदद करें", "लॉगिन ठीक करें"),
    ])
  func labels(reply: String, input: String, expected: String) throws {
    #expect(try title(reply, for: input) == expected)
  }

  @Test("cuts after a word, at 80 characters at most")
  func cutsAtWord() throws {
    let reply = (1...30).map { "word\($0)" }.joined(separator: " ")
    let title = try #require(try title(reply))
    #expect(title.count <= 80 && reply.hasPrefix(title + " "))
  }

  @Test("never cuts inside a character")
  func cutsAtCharacter() throws {
    let family = "👨‍👩‍👧‍👦"
    let title = try #require(try title("Fix" + String(repeating: family, count: 60)))
    #expect(title.unicodeScalars.count <= 80)
    #expect(title.dropFirst(3).allSatisfy { String($0) == family })
    let accents = try #require(try self.title(String(repeating: "e\u{301}", count: 90)))
    #expect(accents.allSatisfy { $0 == "e\u{301}" } && accents.unicodeScalars.count == 80)
  }

  @Test("cuts Chinese between characters, not at the only space")
  func cutsChinese() throws {
    let reply = "修复 " + String(repeating: "登录页面问题", count: 20)
    let title = try #require(try title(reply, for: "请帮我修复登录页面"))
    #expect(title.count == 80)
  }

  @Test(
    "fails where nothing is left",
    arguments: ["\"\"", "***", "Title:", "...", "\u{200B}", "<think>x</think>", "# "])
  func nothingLeft(reply: String) throws {
    let run = drive(try program("title", "Fix the login page")) { _ in text(reply) }
    // A bare label is a word like any other.
    if reply == "Title:" { return #expect(run.result == "Title") }
    #expect(run.failure?.class == "check" && run.steps.count == 1)
  }

  @Test("asks once more where the script is not that of the input")
  func script() throws {
    var replies = ["Вход не работает", "Login page is broken"]
    let run = drive(try program("title", "My login page is broken")) { _ in
      text(replies.removeFirst())
    }
    #expect(run.result == "Login page is broken")
    #expect(run.rounds == [1, 1])
    #expect(try messages(of: run.steps[1]).map(\.role) == ["system", "user", "assistant", "user"])
    #expect(run.steps[0].key != run.steps[1].key)
  }

  @Test("fails where the second answer is in another script too")
  func scriptTwice() throws {
    let run = drive(try program("title", "My login page is broken")) { _ in text("Вход не работает")
    }
    #expect(run.failure?.class == "check" && run.steps.count == 2)
  }

  @Test("goes by the language asked for, where one is")
  func language() throws {
    let program = try program("title", "My login page is broken", ["language": "Russian"])
    let run = drive(program) { _ in text("Вход не работает") }
    #expect(run.result == "Вход не работает" && run.steps.count == 1)
    #expect(
      try messages(of: run.steps[0])[1].content.contains("Write it in this language: Russian."))
  }

  @Test("names a conversation by what was said first")
  func conversation() throws {
    let input =
      #"[{"role":"system","content":"secret rules"},{"role":"user","content":"Why is the sky blue?"},{"role":"assistant","content":"Scattering."},{"role":"user","content":"Thanks"}]"#
    let run = drive(try program("title", input)) { _ in text("Blue sky") }
    let prompt = try messages(of: run.steps[0])[1].content
    #expect(prompt.contains("Why is the sky blue?") && prompt.contains("Scattering."))
    #expect(!prompt.contains("secret rules") && !prompt.contains("Thanks"))
  }

  @Test("without a model: the first line of the person, cleaned")
  func builtin() throws {
    let program = try program("title", "\n\n## Fix the \"login\" page.\nIt is broken since Monday.")
    guard case .succeeded(let result, _, true)? = program.builtin() else {
      Issue.record("no degraded result")
      return
    }
    #expect(String(decoding: result, as: UTF8.self) == "Fix the login page")
  }
}
