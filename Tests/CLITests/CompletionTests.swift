import CLI
import Platform
import Testing

@Suite struct CompletionTests {
  @Test("Every command and option is in every script", arguments: CompletionScript.Shell.allCases)
  func complete(shell: CompletionScript.Shell) {
    let text = CompletionScript.text(for: shell)
    for command in CommandTable.standard.allCommands {
      #expect(text.contains(command.name))
      for option in command.options { #expect(text.contains(option.name)) }
    }
  }

  /// What bash would offer for a line whose last word is being typed.
  private func offers(_ words: [String]) throws -> [String] {
    let folder = FileSystem.joined(
      Environment.atStart["TMPDIR"] ?? "/tmp", "auxq-completion-\(Random.uint64())")
    try FileSystem.makeDirectories(folder)
    let script = FileSystem.joined(folder, "auxq.bash")
    defer {
      try? FileSystem.remove(script)
      try? FileSystem.remove(folder)
    }
    try FileSystem.writeAtomically(script, Array(CompletionScript.text(for: .bash).utf8))
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    let line = """
      bash -c 'source "\(script)"; COMP_WORDS=(\(quoted.filter { $0 != "'" }) "\(words.last ?? "")"); \
      unset "COMP_WORDS[-1]"; COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _auxq; \
      printf "%s\\n" "${COMPREPLY[@]}"'
      """
    let output = try Shell.run(
      line, timeoutMilliseconds: 10_000, environment: ["PATH": "/usr/bin:/bin"])
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map { String($0) }
  }

  @Test(
    "bash completes commands, subcommands, options and values",
    .enabled(if: FileSystem.exists("/bin/bash")),
    arguments: [
      (["auxq", "li"], ["list"]), (["auxq", "kinds", "s"], ["show"]),
      (["auxq", "enqueue", "--max"], ["--max-attempts"]),
      (["auxq", "list", "--state", "sc"], ["scheduled"]),
      (["auxq", "--config", "x", "completion", "z"], ["zsh"]),
      (["auxq", "help", "doc"], ["doctor"]), (["auxq", "list", "--label", "x"], []),
    ])
  func bash(words: [String], expected: [String]) throws {
    #expect(try offers(words) == expected)
  }

  @Test("The bash script is one that bash reads", .enabled(if: FileSystem.exists("/bin/bash")))
  func syntax() throws {
    let text = CompletionScript.text(for: .bash)
    #expect(throws: Never.self) {
      try Shell.run(
        "bash -n <<'END_OF_SCRIPT'\n\(text)END_OF_SCRIPT\n", timeoutMilliseconds: 10_000,
        environment: ["PATH": "/usr/bin:/bin"])
    }
  }
}
