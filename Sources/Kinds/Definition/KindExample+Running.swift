import Calls
import JSONText

extension KindExample {
  /// Runs the example against a definition.
  ///
  /// - Returns: What came out otherwise than expected, in words; empty where all is well.
  package func mistakes(with definition: KindDefinition) -> [String] {
    var program: any KindProgram
    do throws(InputError) {
      program = try definition.makeProgram(
        input: input, inputName: inputName, variables: variables, contextWindow: window)
    } catch {
      return ["the input or a variable cannot be used: \(error.variable ?? "") \(error.detail)"]
    }
    var left = replies[...]
    var requests: [String] = []
    var action = program.next(.start)
    while case .run(let steps) = action {
      guard steps.count <= left.count else {
        return ["call \(requests.count + left.count + 1) has no reply in the example"]
      }
      requests += steps.map { String(decoding: $0.request.messages, as: UTF8.self) }
      let results = steps.map { _ in StepResult.text(Completion(text: left.removeFirst())) }
      action = program.next(.completed(results))
    }
    guard case .finish(let outcome) = action else { return [] }
    var mistakes = mistakes(in: outcome)
    if let calls = expected.calls, calls != requests.count {
      mistakes.append("there were \(requests.count) calls, not \(calls)")
    }
    for part in expected.prompt
    where !(requests.first ?? "").contains(Self.escaped(part)) {
      mistakes.append("the first request does not hold: \(part)")
    }
    return mistakes
  }

  /// As it stands inside a JSON string.
  private static func escaped(_ text: String) -> String {
    String(String(decoding: JSONValue.string(text).encoded(), as: UTF8.self).dropFirst().dropLast())
  }

  private func mistakes(in outcome: KindOutcome) -> [String] {
    switch outcome {
    case .succeeded(let result, _, _):
      guard expected.outcome == .succeeded else { return ["it succeeded"] }
      return mistakes(inResult: String(decoding: result, as: UTF8.self))
    case .failed(let name, let message, _, let keepsInput, _):
      var mistakes: [String] = []
      let isExpected =
        expected.outcome == .failed || (expected.outcome == .unchanged && keepsInput)
      if !isExpected { mistakes.append("it failed: \(name): \(message)") }
      if let wanted = expected.class, wanted != name {
        mistakes.append("the error is of class \(name), not \(wanted)")
      }
      return mistakes
    }
  }

  private func mistakes(inResult text: String) -> [String] {
    var mistakes: [String] = []
    if let wanted = expected.result, wanted != text {
      mistakes.append("the result is: \(text.prefix(200))")
    }
    for part in expected.contains where !text.contains(part) {
      mistakes.append("the result does not hold: \(part)")
    }
    for part in expected.lacks where text.contains(part) {
      mistakes.append("the result holds: \(part)")
    }
    return mistakes
  }
}
