import JSONText
import Kinds
package import Queue

/// How a job ended, on stdout and as an exit code: for `run`, `result` and `enqueue --wait`.
package enum Outcome {
  /// Prints the result (or the job object with `--json`), and the error on stderr.
  ///
  /// - Parameters:
  ///   - id: A job of the store.
  ///   - store: Where it is.
  ///   - session: Whose options and streams.
  ///   - endsLine: Adds a line feed to a result that has none, since another follows.
  /// - Returns: 0 succeeded, 1 not, 75 not finished.
  /// - Throws: `Complaint` where the store or stdout refuses.
  package static func report(
    _ id: JobID, in store: any QueueStore, _ session: Session, endsLine: Bool = false
  ) throws(Complaint) -> ExitCode {
    let job = try session.job(id, in: store)
    if session.invocation.wantsJSON {
      let attempts = try session.attempts(of: job, in: store)
      try session.emit(JobJSON.object(job, attempts: attempts))
    } else if let result = job.result {
      try emit(result, session, endsLine: endsLine)
    } else if job.state.isFinished, job.state != .succeeded, keepsInput(job, store),
      let input = try storing({ () throws(StoreError) in try store.input(of: id) })
    {
      try emit(input.bytes, session, endsLine: endsLine)
    }
    explain(job, session)
    return exitCode(job)
  }

  /// A kind that rewrites a history: whoever pipes it through must get it back whatever happens.
  package static func keepsInput(_ job: JobRecord, _ store: any QueueStore) -> Bool {
    guard let stored = try? store.definition(hash: job.definitionHash),
      let definition = try? KindDefinition(snapshot: stored.snapshot)
    else { return false }
    return definition.strategy == .compress
  }

  /// 0 succeeded, 1 not, 75 not finished.
  package static func exitCode(_ job: JobRecord) -> ExitCode {
    switch job.state {
    case .succeeded: .success
    case .failed, .dead, .cancelled: .jobFailed
    case .scheduled, .ready, .running, .retryable: .temporary
    }
  }

  /// Bytes exactly; on a terminal made harmless and with a line feed at its end.
  static func emit(
    _ result: [UInt8], _ session: Session, endsLine: Bool = false
  ) throws(Complaint) {
    guard session.program.terminal.output else {
      let needsEnd = endsLine && result.last != 0x0A
      return try session.emit(needsEnd ? result + [0x0A] : result)
    }
    let text = Sanitizer.text(String(decoding: result, as: UTF8.self))
    try session.emit(text.hasSuffix("\n") ? text : text + "\n")
  }

  /// Why a job did not succeed, or when it goes on.
  static func explain(_ job: JobRecord, _ session: Session) {
    switch job.state {
    case .succeeded:
      if job.isDegraded {
        session.note("auxq: job \(job.id) was served by the built-in engine, not by a model")
      }
      for note in notes(on: job) { session.note(note) }
    case .failed, .dead: session.warn(failure(job))
    case .cancelled: session.warn(Complaint(.jobFailed, "job \(job.id) was cancelled"))
    case .scheduled, .ready, .running, .retryable: session.warn(unfinished(job, session))
    }
  }

  /// What somebody who looks at the result alone would not see.
  private static func notes(on job: JobRecord) -> [String] {
    guard let report = job.report.flatMap({ try? JSONNode.parse($0) }) else { return [] }
    var notes: [String] = []
    if let other = report["reused_from"]?.int {
      notes.append(
        "auxq: job \(job.id) has the input and options of job \(other): its result is given again, no call was made"
      )
    } else if report["method"]?.string == "none", report["due"]?.bool == false {
      notes.append("auxq: the conversation is below the threshold: nothing to do, no call was made")
    }
    if let gaps = report["gaps"]?.elements, !gaps.isEmpty {
      let missing = Quantity.counted(gaps.count, "part")
      notes.append("auxq: \(missing) of the document could not be read: auxq show \(job.id)")
    }
    let strange = (report["not_in_source"]?.members ?? []).flatMap { $0.value.elements ?? [] }
      .compactMap(\.string)
    if !strange.isEmpty {
      let some = strange.prefix(5).map { Sanitizer.line($0) }.joined(separator: ", ")
      notes.append("auxq: not in the source: \(some)\(strange.count > 5 ? ", …" : "")")
    }
    return notes
  }

  private static func failure(_ job: JobRecord) -> Complaint {
    let error = job.error
    let what = error.map { ": \($0.class): \($0.message)" } ?? ""
    let cause = error?.cause.map { "; last: \($0)" } ?? ""
    let story = "auxq show \(job.id)"
    return Complaint(
      .jobFailed, "job \(job.id) is \(job.state.rawValue)\(what)\(cause)",
      remedy: error?.hint.map { "\($0); the whole story: \(story)" } ?? story)
  }

  private static func unfinished(_ job: JobRecord, _ session: Session) -> Complaint {
    var what = "job \(job.id) is \(job.state.rawValue)"
    if job.state == .retryable || job.state == .scheduled {
      what += ", next try \(Quantity.time(job.runAt))"
      what += " (\(Quantity.relative(job.runAt, now: session.program.now())))"
    }
    if let error = job.error { what += "; \(error.class): \(error.message)" }
    return Complaint(.temporary, what, remedy: job.error?.hint ?? "auxq wait \(job.id)")
  }
}
