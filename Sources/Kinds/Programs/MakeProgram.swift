import JSONText

extension KindDefinition {
  /// Sets up the work on one input.
  ///
  /// - Parameters:
  ///   - input: The bytes as they were enqueued.
  ///   - inputName: Name of the input file, for the model to read.
  ///   - variables: What `--set` gave.
  ///   - contextWindow: Tokens of the smallest window that will be asked; nil where unknown. Chunks
  ///     and with them the keys of steps depend on it: give the same on every attempt.
  /// - Returns: The program, at its start.
  /// - Throws: `InputError` for an input or variable that no attempt can work on.
  package func makeProgram(
    input: [UInt8], inputName: String? = nil, variables: [String: String] = [:],
    contextWindow: Int? = nil
  ) throws(InputError) -> any KindProgram {
    let resolved = try Variables(self.variables, given: variables)
    let prompts = PromptBuilder(self, resolved, inputName: inputName)
    let window = max(512, contextWindow ?? model.contextTokens)
    switch strategy {
    case .single:
      try checkSchemas(resolved)
      return SingleProgram(
        prompts, input: try singleInput(input, name: inputName), window: window)
    case .mapReduce:
      return SummariseProgram(
        prompts, document: try document(input, name: inputName), window: window)
    case .compress:
      try InputText.checkSize(input, self.input.maxBytes)
      try InputText.checkUTF8(input)
      return CompressProgram(prompts, transcript: try Transcript(input), window: window)
    case .items:
      let text = try InputText.decoded(input, maxBytes: self.input.maxBytes)
      return ItemsProgram(prompts, items: try ItemList(text), window: window)
    }
  }

  /// Checks an input and its variables as `makeProgram` does, for use when a job is enqueued.
  ///
  /// - Throws: `InputError`.
  package func validate(
    input: [UInt8], inputName: String? = nil, variables: [String: String] = [:]
  ) throws(InputError) {
    _ = try makeProgram(input: input, inputName: inputName, variables: variables)
  }

  /// A schema that nothing could fit is told before anything is paid for.
  private func checkSchemas(_ given: Variables) throws(InputError) {
    for name in ["json", "schema"]
    where variables.contains(where: { $0.name == name && $0.type == .json }) {
      guard let text = given[name], let schema = try? JSONNode.parse(text) else { continue }
      do throws(SchemaRules.Mistake) {
        _ = try SchemaRules(schema)
      } catch {
        let place = LineMap(Array(text.utf8)).position(at: error.offset)
        var mistake = InputError(
          .badVariable,
          "is no JSON Schema: \(error.pointer) \(error.message), line \(place.line) column \(place.column)",
          variable: name, line: place.line, column: place.column)
        mistake.suggestion = error.suggestion
        throw mistake
      }
    }
  }

  /// A conversation reads as what was said by whom, a page as what it says.
  private func document(_ input: [UInt8], name: String?) throws(InputError) -> Document {
    let text = try InputText.decoded(input, maxBytes: self.input.maxBytes)
    if isConversation(text) {
      let transcript = try Transcript(text)
      let written = Array(transcript.chat.transcript(firstOnly: false).utf8)
      return Document(text: written, transcript: transcript)
    }
    return try reduced(text, name: name)
  }

  private func reduced(_ text: [UInt8], name: String?) throws(InputError) -> Document {
    guard input.kinds.contains(.html), HTMLText.isHTML(text, name: name) else {
      return Document(text: text)
    }
    let page = HTMLText(text)
    if page.text.isEmpty { throw InputError(.empty, "is a page without text") }
    let warning = "no main text stood out on the page, so all of it was read"
    return Document(text: page.text, warning: page.isWholeBody ? warning : nil)
  }

  private func isConversation(_ text: [UInt8]) -> Bool {
    guard input.kinds.contains(.messages) else { return false }
    return !input.kinds.contains(.text) || ChatMessages.seems(text)
  }

  private func singleInput(
    _ input: [UInt8], name: String?
  ) throws(InputError) -> SingleInput {
    let text = try InputText.decoded(input, maxBytes: self.input.maxBytes)
    guard isConversation(text) else {
      let document = try reduced(text, name: name)
      return .text(excerpt(of: String(decoding: document.text, as: UTF8.self)))
    }
    let messages = try ChatMessages(text)
    if prompts[.prompt]?.isPassThrough == true { return .messages(messages) }
    return .text(excerpt(of: messages.transcript(firstOnly: output.format == .line)))
  }

  /// A name needs only the beginning.
  private func excerpt(of text: String) -> String {
    output.format == .line ? String(text.prefix(2_000)) : text
  }
}

/// What is to be summarised.
struct Document: Sendable {
  /// UTF-8.
  var text: [UInt8]
  var transcript: Transcript?
  /// For the report.
  var warning: String?
}

extension ChatMessages {
  func firstText(of role: String) -> String? {
    messages.lazy.filter { $0.role == role }.map(\.text).first { !$0.isEmpty }
  }

  /// The conversation as text.
  ///
  /// - Parameter firstOnly: Only what each side said first.
  /// - Returns: The texts with who said them.
  func transcript(firstOnly: Bool) -> String {
    if firstOnly {
      let user = firstText(of: "user").map { String($0.prefix(1_000)) }
      let assistant = firstText(of: "assistant").map { String($0.prefix(500)) }
      let parts = [user, assistant].compactMap { $0 }
      return parts.isEmpty
        ? messages.map(\.text).joined(separator: "\n") : parts.joined(separator: "\n\n")
    }
    return messages.map { "\($0.role): \($0.text)" }.joined(separator: "\n\n")
  }
}
