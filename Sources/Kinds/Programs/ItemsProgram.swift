import Calls
import Fallback
import JSONText

/// The items of a `classify` input: a JSON array, or one a line.
struct ItemList: Sendable {
  /// For the prompt, each on one line.
  private(set) var texts: [String] = []
  /// For the result, as JSON.
  private(set) var values: [JSONValue] = []

  /// - Parameter text: Clean text.
  /// - Throws: `InputError` where it begins like a JSON array and is none.
  init(_ text: [UInt8]) throws(InputError) {
    guard text.first(where: { !isSpace($0) }) == UInt8(ascii: "[") else {
      addLines(text)
      return
    }
    let root: JSONNode
    do throws(JSONError) {
      root = try JSONNode.parse(text)
    } catch {
      throw InputError(
        .badItems, "is no JSON array: \(error.code.phrase)", offset: error.offset, line: error.line,
        column: error.column)
    }
    for element in root.elements ?? [] {
      let source = String(decoding: text[element.range], as: UTF8.self)
      add(element.string ?? source, .raw(Array(text[element.range])))
    }
    if texts.isEmpty { throw InputError(.empty, "holds no item") }
  }

  private mutating func addLines(_ text: [UInt8]) {
    for line in text.split(separator: 0x0A) {
      let item = AnswerText.trimmed(String(decoding: line, as: UTF8.self))
      if !item.isEmpty { add(item, .string(item)) }
    }
  }

  private mutating func add(_ text: String, _ value: JSONValue) {
    texts.append(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    values.append(value)
  }
}

/// Strategy `items`: one label for each item, in as many calls as the window needs.
struct ItemsProgram: KindProgram {
  private struct Batch: Sendable {
    var range: Range<Int>
    var labels: [String]?
    /// The unusable answer and what is wrong with it.
    var rejected: (reply: String, problem: String)?
  }

  private let prompts: PromptBuilder
  private let items: ItemList
  private let labels: [String]
  private var batches: [Batch] = []
  private var running: [Int] = []
  private var calls = 0
  private var repairs = 0
  /// Over longer lists models lose count.
  private static let mostPerCall = 250

  init(_ prompts: PromptBuilder, items: ItemList, window: Int) {
    self.prompts = prompts
    self.items = items
    labels = Variable.listed(prompts.variables["labels"] ?? "")
    let usable = max(128, window * 3 / 4 - prompts.overhead(of: [.prompt]))
    var start = 0
    var tokens = 0
    for (index, text) in items.texts.enumerated() {
      let cost = TokenEstimate.tokens(text) + 16
      if index > start, tokens + cost > usable || index - start >= Self.mostPerCall {
        batches.append(Batch(range: start..<index))
        (start, tokens) = (index, 0)
      }
      tokens += cost
    }
    batches.append(Batch(range: start..<items.texts.count))
  }

  mutating func next(_ event: KindEvent) -> KindAction {
    guard case .completed(let results) = event else { return runPending() }
    for (index, result) in zip(running, results) {
      switch result {
      case .text(let completion):
        if let failed = take(completion.text, index) { return failed }
      case .overflow: return fail("context_overflow", "the items are longer than every window")
      case .refused(let failure):
        return fail(failure.rawValue, "the model would not take the items")
      }
    }
    return batches.contains { $0.labels == nil } ? runPending() : succeed()
  }

  /// - Returns: The end, where the second answer is unusable too.
  private mutating func take(_ reply: String, _ index: Int) -> KindAction? {
    let texts = Array(items.texts[batches[index].range])
    switch LabelAnswer.read(reply, items: texts, labels: labels) {
    case .labels(let found): batches[index].labels = found
    case .problem(let problem):
      if batches[index].rejected != nil { return fail("check", problem) }
      batches[index].rejected = (reply, problem)
      repairs += 1
    }
    return nil
  }

  private mutating func runPending() -> KindAction {
    running = batches.indices.filter { batches[$0].labels == nil }
    calls += running.count
    if calls > prompts.definition.chunking.maxCalls {
      return fail("context_overflow", "needs more calls than the kind allows")
    }
    return .run(running.map(step))
  }

  private func step(_ index: Int) -> Step {
    let batch = batches[index]
    let count = String(batch.range.count)
    let list = batch.range.map { "\($0 - batch.range.lowerBound + 1). \(items.texts[$0])" }
      .joined(separator: "\n")
    let opening = prompts.opening(.prompt, data: list, ["items": list, "count": count])
    let outputTokens = batch.range.count * 24 + 256
    guard let rejected = batch.rejected else {
      return prompts.step(
        .prompt, key: [list],
        label: "items \(batch.range.lowerBound + 1)–\(batch.range.upperBound)",
        messages: opening, outputTokens: outputTokens, isCheckpoint: batches.count > 1)
    }
    let repair = prompts.expanded(.repair, ["problem": rejected.problem, "count": count])
    return prompts.step(
      .repair, key: [list, rejected.reply], label: "once more",
      messages: opening + [
        PromptBuilder.message("assistant", rejected.reply), PromptBuilder.message("user", repair),
      ], outputTokens: outputTokens)
  }

  private func succeed() -> KindAction {
    let found = batches.flatMap { $0.labels ?? [] }
    let rows = zip(items.values, found).map { item, label -> JSONValue in
      ["item": item, "label": .string(label)]
    }
    return .finish(
      .succeeded(
        result: JSONValue.array(rows).encoded(), report: encodedReport(passed: true),
        isDegraded: false))
  }

  private func fail(_ reason: String, _ message: String) -> KindAction {
    .finish(
      .failed(
        class: reason, message: message, hint: nil, keepsInput: false,
        report: encodedReport(passed: false)))
  }

  private func encodedReport(passed: Bool) -> [UInt8] {
    var report = Report()
    report.note("labels", passed: passed)
    report.set("items", .int(items.texts.count))
    report.set("calls", .int(calls))
    report.set("repairs", .int(repairs))
    return report.encoded()
  }

  func builtin() -> KindOutcome? { nil }
}

/// Reads the labels out of an answer.
enum LabelAnswer {
  enum Reading {
    case labels([String])
    case problem(String)
  }

  /// Labels come in the order of the items. Objects may name their item; one that names another item
  /// than its place says is a contradiction, and nothing is guessed.
  static func read(_ reply: String, items: [String], labels: [String]) -> Reading {
    let count = items.count
    let arrays = JSONExtraction.candidates(in: reply).compactMap(\.node.elements)
    let fitting = arrays.filter { $0.count == count }
    guard let elements = fitting.first ?? arrays.first else {
      return .problem("the answer holds no JSON array")
    }
    let isOne = fitting.dropFirst().allSatisfy { other in
      zip(other, elements).allSatisfy { $0.hasSameContent(as: $1) }
    }
    guard isOne else { return .problem("the answer holds several different arrays") }
    guard elements.count == count else {
      return .problem("there are \(elements.count) labels for \(count) items")
    }
    var found: [String] = []
    for (index, element) in elements.enumerated() {
      let label = AnswerText.trimmed(element.string ?? element["label"]?.string ?? "")
      guard labels.contains(label) else {
        return .problem("item \(index + 1) has a label that is not in the list")
      }
      if let item = element["item"]?.string, !isSame(item, items[index]),
        items.contains(where: { isSame(item, $0) })
      {
        return .problem("item \(index + 1) is labelled under the name of another")
      }
      found.append(label)
    }
    return .labels(found)
  }

  /// Models shorten and tidy what they repeat: case, white space and a cut end do not count.
  private static func isSame(_ named: String, _ item: String) -> Bool {
    let (left, right) = (letters(named), letters(item))
    return left == right || (left.count >= 8 && (right.hasPrefix(left) || left.hasPrefix(right)))
  }

  private static func letters(_ text: String) -> String {
    String(text.lowercased().filter { $0.isLetter || $0.isNumber })
  }
}
