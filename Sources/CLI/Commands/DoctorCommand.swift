import JSONText

/// `doctor`: looks at everything that a job needs, changes nothing, asks no provider.
enum DoctorCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    var examination = Examination(session: session)
    examination.run()
    let findings = examination.findings
    let errors = findings.count { $0.level == .error }
    if session.invocation.wantsJSON {
      try session.emit([
        "ok": .bool(errors == 0), "checks": .array(findings.map(\.json)),
      ])
    } else {
      let warnings = findings.count { $0.level == .warning }
      try session.emit(findings.map { $0.text(session.style) }.joined())
      let summary =
        Quantity.counted(errors, "error") + ", " + Quantity.counted(warnings, "warning")
      try session.emit(errors + warnings == 0 ? "all is well\n" : summary + "\n")
    }
    return errors == 0 ? .success : .jobFailed
  }
}
