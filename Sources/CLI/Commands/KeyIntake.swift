import Calls
import Configuration
import Credentials
import Platform
import Worker

/// Takes a key over from where `auth add` says it is.
struct KeyIntake {
  let session: Session
  let engine: Engine
  let provider: String

  /// A key that is stored, or the place where one is.
  ///
  /// - Returns: The origin, and a label where the source has a name.
  /// - Throws: `Complaint`: no key there, or none that can be used.
  func origin() throws(Complaint) -> (origin: NewCredential.Origin, label: String?) {
    let line = session.invocation
    if let name = line.text("from-env") { return try (reference(to: name), name) }
    if let path = line.text("from-file") {
      let whole = FileSystem.absolutePath(path)
      return try (reference(.file(whole)), FileSystem.name(of: whole))
    }
    if let command = line.text("from-command") {
      return try (reference(to: command, isCommand: true), nil)
    }
    let bytes = line.has("stdin") ? try piped() : try prompted()
    return try (.secret(read(bytes)), nil)
  }

  // MARK: The key itself

  private func piped() throws(Complaint) -> [UInt8] {
    do throws(FileError) {
      return try session.program.readInput(64 << 10)
    } catch {
      throw Complaint(error, for: .input)
    }
  }

  private func prompted() throws(Complaint) -> [UInt8] {
    guard session.program.terminal.input else {
      throw Complaint(
        .usage, "no key was given, and stdin is no terminal to ask for one",
        remedy: "pipe it in with --stdin, or use --from-env, --from-file or --from-command")
    }
    switch session.program.readSecret("Key for \(provider) (not shown): ") {
    case .line(let bytes): return bytes
    case .end: throw Complaint(.usage, "no key was given; nothing is stored")
    case .interrupted: throw Complaint(.interrupted, "stopped; nothing is stored")
    }
  }

  private func read(_ bytes: [UInt8]) throws(Complaint) -> Secret {
    switch KeyText.read(bytes) {
    case .success(let secret):
      engine.redactor.learn(secret)
      return secret
    case .failure(let error):
      throw Complaint(.badData, "this is no key: \(error.fault.phrase); nothing is stored")
    }
  }

  // MARK: References

  private func reference(to name: String) throws(Complaint) -> NewCredential.Origin {
    let isName =
      name.utf8.allSatisfy { byte in
        byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte)
      } && !(name.utf8.first.map { (0x30...0x39).contains($0) } ?? true)
    guard isName else {
      // Not repeated: somebody may have put the key itself there.
      throw Complaint(
        .usage, "--from-env takes the name of a variable, such as OPENROUTER_API_KEY")
    }
    return try reference(.variable(name))
  }

  private func reference(to command: String, isCommand: Bool) throws(Complaint)
    -> NewCredential
    .Origin
  {
    guard PastedSecret.redacting(command) == command else {
      throw Complaint(
        .usage, "this command holds a key, and auth.json would keep it as text",
        remedy: "clean the shell's history and replace the key; hand it over by --stdin instead")
    }
    return try reference(.command(command))
  }

  /// Whatever is named has to give a key here and now: a name that is spelt wrong is noticed.
  private func reference(_ reference: KeyReference) throws(Complaint) -> NewCredential.Origin {
    switch engine.pools.look(at: reference, provider: provider) {
    case .success(let secret):
      engine.redactor.learn(secret)
      return .reference(reference, known: secret)
    case .failure(let error): throw complaint(error.problem, reference)
    }
  }

  private func complaint(_ problem: KeyProblem, _ reference: KeyReference) -> Complaint {
    switch (problem.code, reference) {
    case (.variableMissing, .variable(let name)):
      return Complaint(
        .noInput, "this variable is not set here; nothing is stored",
        remedy: PastedSecret.looksLikeSecret(name) ? nil : "export \(name) first")
    case (.fileOpenToOthers, .file(let path)):
      return Complaint(
        .permission, "others have access to \(path); nothing is stored",
        remedy: "chmod 600 \(ShellWord.quoted(path))")
    case (.fileUnreadable, .file(let path)):
      return Complaint(.noInput, "cannot read \(path): \(problem.detail); nothing is stored")
    case (.commandFailed, _):
      return Complaint(
        .badData, "the command gave no key: it \(problem.detail); nothing is stored",
        remedy: "run it by hand and see what it writes to stderr")
    default:
      return Complaint(
        .badData,
        "what was found there is no key: it must be one line of printable text;"
          + " nothing is stored")
    }
  }
}

extension KeyText.Fault {
  /// In the middle of a sentence.
  fileprivate var phrase: String {
    switch self {
    case .empty: "it is empty"
    case .tooShort: "it is too short"
    case .notOneWord: "it must be one word of printable ASCII letters"
    case .placeholder: "it is a placeholder"
    }
  }
}
