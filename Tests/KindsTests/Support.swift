import Calls
import Fallback
import JSONText
import Kinds
import Testing

/// The built-in kinds.
let builtIn = KindCatalog(userFolder: nil)

func kind(_ name: String) throws -> KindDefinition { try builtIn.definition(named: name) }

func program(
  _ name: String, _ input: String, _ variables: [String: String] = [:], window: Int? = nil
) throws -> any KindProgram {
  try kind(name).makeProgram(
    input: Array(input.utf8), inputName: "input.txt", variables: variables, contextWindow: window)
}

/// How a driven program went.
struct Run {
  var steps: [Step] = []
  /// Steps that were asked for together.
  var rounds: [Int] = []
  var outcome: KindOutcome

  var result: String? {
    guard case .succeeded(let result, _, _) = outcome else { return nil }
    return String(decoding: result, as: UTF8.self)
  }

  var failure: (class: String, message: String, keepsInput: Bool)? {
    guard case .failed(let name, let message, _, let keepsInput, _) = outcome else { return nil }
    return (name, message, keepsInput)
  }

  func report() throws -> JSONNode {
    let report =
      switch outcome {
      case .succeeded(_, let report, _): report
      case .failed(_, _, _, _, let report): report
      }
    return try JSONNode.parse(try #require(report))
  }
}

/// Carries a program out with answers from a function, as a runner would.
func drive(_ program: any KindProgram, _ answer: (Step) -> StepResult) -> Run {
  var program = program
  var steps: [Step] = []
  var rounds: [Int] = []
  var action = program.next(.start)
  while case .run(let wanted) = action {
    steps += wanted
    rounds.append(wanted.count)
    if rounds.count > 500 { break }
    action = program.next(.completed(wanted.map(answer)))
  }
  guard case .finish(let outcome) = action else {
    let outcome = KindOutcome.failed(
      class: "test", message: "does not end", hint: nil, keepsInput: false, report: nil)
    return Run(steps: steps, rounds: rounds, outcome: outcome)
  }
  return Run(steps: steps, rounds: rounds, outcome: outcome)
}

func text(_ text: String) -> StepResult { .text(Completion(text: text)) }

/// The chat messages of a step: role and content.
func messages(of step: Step) throws -> [(role: String, content: String)] {
  let root = try JSONNode.parse(step.request.messages)
  return try #require(root.elements).map {
    (try #require($0["role"]?.string), $0["content"]?.string ?? "")
  }
}

/// The same numbers on every run.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
