import Calls
import JSONText
import Kinds
import Queue
import Worker

/// `show --prompt`: the messages with which a job begins, made anew from its stored definition.
struct PromptView {
  let session: Session
  let store: any QueueStore
  let job: JobRecord

  func emit() throws(Complaint) {
    let steps = try firstSteps()
    if session.invocation.wantsJSON {
      let values = steps.map { step -> JSONValue in
        ["label": .string(step.label), "messages": .raw(redacted(step))]
      }
      return try session.emit(["id": .int(Int(job.id)), "steps": .array(values)])
    }
    guard !steps.isEmpty else {
      return session.note("auxq: job \(job.id) asks no model anything")
    }
    for step in steps {
      if steps.count > 1 {
        try session.emit(session.style.bold("== \(Sanitizer.line(step.label))") + "\n")
      }
      try session.emit(text(redacted(step)))
    }
  }

  private func firstSteps() throws(Complaint) -> [Step] {
    let (id, hash) = (job.id, job.definitionHash)
    let definition = try storing { () throws(StoreError) in try store.definition(hash: hash) }
    let input = try storing { () throws(StoreError) in try store.input(of: id) }
    let options = try storing { () throws(StoreError) in try store.options(of: id) }
    guard let definition, let input else {
      throw Complaint(.inputOutput, "input or definition of job \(id) is gone")
    }
    do throws(KindError) {
      let kind = try KindDefinition(snapshot: definition.snapshot)
      return steps(kind, input, JobOptions(options ?? []).variables)
    } catch {
      throw Complaint(error)
    }
  }

  /// None where the input is no good: then nothing was ever sent.
  private func steps(
    _ kind: KindDefinition, _ input: JobInput, _ variables: [String: String]
  ) -> [Step] {
    guard
      var program = try? kind.makeProgram(
        input: input.bytes, inputName: input.name, variables: variables),
      case .run(let steps) = program.next(.start)
    else { return [] }
    return steps
  }

  private func redacted(_ step: Step) -> [UInt8] {
    let messages = String(decoding: step.request.messages, as: UTF8.self)
    return Array(PastedSecret.redacting(messages).utf8)
  }

  /// Messages as people read them; content that is no text stays JSON.
  private func text(_ messages: [UInt8]) -> String {
    guard let elements = (try? JSONNode.parse(messages))?.elements else {
      return Sanitizer.text(String(decoding: messages, as: UTF8.self)) + "\n"
    }
    return elements.map { message in
      let role = Sanitizer.line(message["role"]?.string ?? "?")
      let content =
        message["content"]?.string
        ?? String(decoding: JSONValue(message).encoded(), as: UTF8.self)
      return session.style.dim("[\(role)]") + "\n" + Sanitizer.text(content) + "\n"
    }.joined(separator: "\n")
  }
}
