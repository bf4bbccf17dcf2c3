import CLI
import Testing

@Suite struct HelpTests {
  private static let paths = CommandTable.standard.allCommands.map(\.path)

  @Test("Help of a command is as recorded", arguments: paths)
  func command(path: [String]) throws {
    let command = try #require(CommandTable.standard.command(path))
    Golden.expect(HelpText.of(command), matches: "help/\(path.joined(separator: "-")).txt")
  }

  @Test("Examples come first and fit the command", arguments: paths)
  func examples(path: [String]) throws {
    let command = try #require(CommandTable.standard.command(path))
    let lines = HelpText.of(command).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[2] == "Examples:")
    #expect(!command.examples.isEmpty)
    #expect(command.examples.allSatisfy { $0.line.contains("auxq \(path[0])") })
  }

  @Test("General help is as recorded")
  func general() {
    Golden.expect(HelpText.short(), matches: "help/short.txt")
    Golden.expect(HelpText.long(), matches: "help/long.txt")
  }

  @Test("The short help has 24 lines at most and names every command")
  func short() {
    let text = HelpText.short()
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 25)
    for command in CommandTable.standard.commands { #expect(text.contains(command.name)) }
  }

  @Test("No line of help is wider than 100 columns", arguments: paths)
  func width(path: [String]) throws {
    let command = try #require(CommandTable.standard.command(path))
    for line in HelpText.of(command).split(separator: "\n") { #expect(line.count <= 100) }
  }

  @Test("Every example of help is a line that the parser takes", arguments: paths)
  func examplesParse(path: [String]) throws {
    let command = try #require(CommandTable.standard.command(path))
    for example in command.examples {
      let line = example.line.split(separator: "|").last.map { String($0) } ?? ""
      let words = line.split(separator: " ").map { String($0.filter { $0 != "'" && $0 != "\"" }) }
      guard words.first == "auxq" else { continue }
      let own = Array(words.dropFirst().prefix { $0 != ">" })
      let parsed = Parser.parse(own)
      #expect(throws: Never.self, "\(example.line)") { try parsed.get() }
    }
  }
}
