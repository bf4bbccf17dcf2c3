import CLI
import Platform
import Queue
import Testing

@Suite struct ComplaintTests {
  @Test("The numbers of the exit codes are those of the contract")
  func numbers() {
    #expect(
      ExitCode.allCases.map(\.rawValue) == [
        0, 1, 64, 65, 66, 69, 70, 73, 74, 75, 77, 78, 130, 143,
      ])
  }

  @Test(
    "Each refusal of the store has its exit code",
    arguments: [
      (.busy, .temporary), (.full, .inputOutput), (.io, .inputOutput), (.corrupt, .inputOutput),
      (.replaced, .inputOutput), (.unknownOutcome, .inputOutput), (.readOnly, .permission),
      (.permission, .permission), (.foreign, .configuration), (.newerSchema, .configuration),
      (.cannotOpen, .unavailable), (.closed, .bug), (.constraint, .bug), (.bug, .bug),
    ] as [(StoreError.Code, ExitCode)])
  func store(code: StoreError.Code, exit: ExitCode) {
    let complaint = Complaint(StoreError(code, message: "why", path: "/data/queue.db"))
    #expect(complaint.exitCode == exit)
    #expect(complaint.text.contains("/data/queue.db"))
    #expect(complaint.text.contains("why"))
    #expect(complaint.remedy?.isEmpty == false)
  }

  @Test(
    "Each refusal of the system has its exit code, by what the file was for",
    arguments: [
      (.notFound, .input, .noInput), (.isDirectory, .input, .noInput),
      (.permission, .input, .permission), (.io(5), .input, .inputOutput),
      (.tooLarge(limit: 9), .input, .badData), (.exists, .output, .cannotCreate),
      (.readOnly, .output, .cannotCreate), (.noSpace, .output, .inputOutput),
      (.notFound, .configuration, .configuration), (.looseMode(0o644), .secret, .permission),
      (.foreignOwner(7), .secret, .permission), (.locked, .secret, .temporary),
    ] as [(FileError.Code, FilePurpose, ExitCode)])
  func file(code: FileError.Code, purpose: FilePurpose, exit: ExitCode) {
    let complaint = Complaint(FileError(code, path: "/x/y", operation: "read"), for: purpose)
    #expect(complaint.exitCode == exit)
    #expect(complaint.text.contains("/x/y"))
  }

  @Test("A secret file open to others comes with the exact chmod")
  func chmod() {
    let error = FileError(.looseMode(0o644), path: "/home/a b/auth.json", operation: "read")
    let text = Complaint(error, for: .secret).text
    #expect(text.contains("chmod 600 '/home/a b/auth.json'"))
    #expect(text.contains("644"))
  }

  @Test("A complaint says what, where and what to do, and nothing that moves a cursor")
  func text() {
    let complaint = Complaint(
      .badData, "bad\u{1B}[2J line", at: "a.ndjson:3", remedy: "mend it")
    #expect(complaint.text == "auxq: bad line\n  where: a.ndjson:3\n  do:    mend it\n")
  }

  @Test("All problems of a command line stand in one message")
  func usage() {
    guard case .failure(let error) = Parser.parse(["list", "--stat", "x", "--limit", "y"]) else {
      Issue.record("accepted")
      return
    }
    Golden.expect(Complaint(error).text, matches: "text/usage.txt")
  }
}
