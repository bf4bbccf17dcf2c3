import JSONText

/// An example of a kind at work: an input, what a model answers, and what has to come out. It lies in
/// `tests/NAME.json` beside the definition and needs no network: a kind is a pure machine.
package struct KindExample: Sendable {
  package struct Expectation: Sendable {
    /// `succeeded`, `failed`, or `unchanged` (failed, and the result is the input).
    package var outcome = Outcome.succeeded
    package var result: String?
    package var contains: [String] = []
    package var lacks: [String] = []
    /// Of the error.
    package var `class`: String?
    package var calls: Int?
    /// What the first request must hold.
    package var prompt: [String] = []
  }

  package enum Outcome: String, CaseIterable, Sendable { case succeeded, failed, unchanged }

  /// The file's name without `.json`.
  package var name: String
  package var input: [UInt8]
  package var inputName: String?
  package var variables: [String: String] = [:]
  /// Tokens; nil: the definition's own.
  package var window: Int?
  /// One for each call, in order.
  package var replies: [String] = []
  package var expected = Expectation()

  init(name: String, input: [UInt8]) {
    self.name = name
    self.input = input
  }
}

extension KindExample {
  enum Reading {
    case read(KindExample)
    case broken([DefinitionProblem])
  }

  /// - Parameters:
  ///   - bytes: The file.
  ///   - name: Its name without `.json`.
  ///   - path: For problems.
  /// - Returns: The example, or all that is wrong with it.
  static func read(_ bytes: [UInt8], name: String, path: String) -> Reading {
    let root: JSONNode
    do throws(JSONError) {
      root = try JSONNode.parse(bytes)
    } catch {
      return .broken([
        DefinitionProblem(
          file: path, pointer: "", line: error.line, column: error.column,
          message: "is not JSON: \(error.code.phrase)")
      ])
    }
    let log = ProblemLog(file: path, bytes: bytes)
    guard let object = ObjectReader(root, at: "", log: log) else { return .broken(log.problems) }
    let example = read(object, name: name)
    return log.problems.isEmpty ? .read(example) : .broken(log.problems)
  }

  private static func read(_ object: ObjectReader, name: String) -> KindExample {
    var example = KindExample(name: name, input: [])
    _ = object.string("description")
    if let input = object.node("input") {
      // Anything but a string is JSON for the kind itself.
      example.input = input.string.map { Array($0.utf8) } ?? JSONValue(input).encoded()
    } else {
      object.report("is missing", key: "input")
    }
    example.inputName = object.string("inputName")
    example.window = object.integer("window", in: 512...100_000_000)
    example.replies = object.strings("replies") ?? []
    if let set = object.object("set") {
      for member in set.all() {
        let value =
          member.value.string ?? String(decoding: JSONValue(member.value).encoded(), as: UTF8.self)
        example.variables[member.key] = value
      }
    }
    if let expected = object.object("expect") {
      example.expected = read(expected)
    } else if !object.hasKey("expect") {
      object.report("is missing", key: "expect")
    }
    object.finish()
    return example
  }

  private static func read(_ object: ObjectReader) -> Expectation {
    var expected = Expectation()
    expected.outcome = object.choice("outcome", Outcome.self) ?? .succeeded
    if let result = object.node("result") {
      expected.result =
        result.string ?? String(decoding: JSONValue(result).encoded(), as: UTF8.self)
    }
    expected.contains = object.strings("contains") ?? []
    expected.lacks = object.strings("lacks") ?? []
    expected.class = object.string("class")
    expected.calls = object.integer("calls", in: 0...100_000)
    expected.prompt = object.strings("prompt") ?? []
    object.finish()
    return expected
  }
}
