import Calls
import Testing

struct ReasoningTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var left: String
    var found = true
    var testDescription: String { text }
  }

  @Test(
    "reasoning is taken off, text stays",
    arguments: [
      Case(text: "plain", left: "plain", found: false),
      Case(text: "  a < b && c > d\n", left: "a < b && c > d", found: false),
      Case(text: "<think>hm</think>Answer", left: "Answer"),
      Case(text: "<THINK>hm</Think>\n\nAnswer\n", left: "Answer"),
      Case(text: "One<thinking>hm</thinking>Two", left: "OneTwo"),
      Case(text: "<reasoning>a</reasoning><thought>b</thought>c", left: "c"),
      Case(text: "<REASONING_SCRATCHPAD>a</REASONING_SCRATCHPAD>c", left: "c"),
      Case(text: "<think>a<think>b</think>c</think>d", left: "d"),
      Case(text: "<think>a <think> b</think>d", left: "d"),
      Case(text: "<think>a<thought>b</think>c", left: "c"),
      Case(text: "<think>never ends", left: ""),
      Case(text: "Before\n<think>never ends", left: "Before"),
      Case(text: "swallowed beginning</think>Answer", left: "Answer"),
      Case(text: "<think></think>", left: ""),
      Case(text: "<think>a</think>one<think>b</think>two", left: "onetwo"),
      Case(
        text: "The model writes <think> before it answers.",
        left: "The model writes <think> before it answers.", found: false),
      Case(
        text: "Put `<think>` and `</think>` around it.",
        left: "Put `<think>` and `</think>` around it.", found: false),
      Case(text: "<thinker>no tag</thinker>", left: "<thinker>no tag</thinker>", found: false),
      Case(text: "<think", left: "<think", found: false),
      Case(text: "", left: "", found: false),
      Case(text: "Before\r\n<think>never ends", left: "Before"),
      Case(text: "Before\n\u{3000}\u{A0} <think>never ends", left: "Before"),
      Case(
        text: "Vor\n日本 <think> 語", left: "Vor\n日本 <think> 語", found: false),
      Case(text: "日本<think>考え</think>語\u{3000}", left: "日本語"),
      Case(text: "<think>a</think> <thought>never ends", left: ""),
      Case(text: "One <think>a</think><thought> two", left: "One <thought> two"),
      Case(text: "</thinking", left: "</thinking", found: false),
      Case(
        text: "The closing tag is </think>, remember.",
        left: "The closing tag is </think>, remember.", found: false),
      Case(
        text: "Strip it:\n```python\nre.sub('<think>.*?</think>', '', text)\n```\nDone.",
        left: "Strip it:\n```python\nre.sub('<think>.*?</think>', '', text)\n```\nDone.",
        found: false),
      Case(
        text: "<think>```\ncode\n```\n</think>\n```\n<think>x</think>\n```",
        left: "```\n<think>x</think>\n```"),
      Case(text: "<think>```\nnever closed</think>Answer", left: "Answer"),
      Case(text: "```\nswallowed, never closed\n</think>\nAnswer", left: "Answer"),
      Case(text: "```\na\n```\n<think>b</think>c", left: "```\na\n```\nc"),
      Case(text: "<</think>x", left: "x"),
      Case(text: "a <think\u{301}> b", left: "a <think\u{301}> b", found: false),
    ])
  func split(one: Case) {
    let result = Reasoning.split(one.text)
    #expect(result.text == one.left)
    #expect(result.hasReasoning == one.found)
  }

  @Test("ten thousand tags without an end are gone through once")
  func endless() {
    let text = "x" + String(repeating: " <think> y", count: 10_000)
    let split = Reasoning.split(text)
    #expect(split.text == text)
    #expect(!split.hasReasoning)
  }
}
