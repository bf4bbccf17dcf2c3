package import Fallback
package import Queue

/// `show` for people: what became of a job, and every step that led there.
package struct ShowScreen {
  let job: JobRecord
  let attempts: [AttemptStory]
  let late: [LateResult]
  let now: Milliseconds
  let style: Style

  package init(
    job: JobRecord, attempts: [AttemptStory], late: [LateResult] = [], now: Milliseconds,
    style: Style
  ) {
    self.job = job
    self.attempts = attempts
    self.late = late
    self.now = now
    self.style = style
  }

  /// All of it, ending with a line feed.
  package var text: String {
    var lines = head
    if let error = job.error { lines += [""] + errorLines(error) }
    for attempt in attempts {
      lines += [""] + AttemptScreen(story: attempt, isLast: isLast(attempt), style: style).lines
    }
    if !late.isEmpty { lines += [""] + late.map { lateLine($0) } }
    lines += ["", style.dim("next: \(next)")]
    return lines.joined(separator: "\n") + "\n"
  }

  /// What came from a worker that no longer had the job.
  private func lateLine(_ late: LateResult) -> String {
    let kept = late.result.map { ", its \(Quantity.bytes($0.count)) were not taken" } ?? ""
    return style.warning("Late") + "  attempt \(late.attempt) reported \(late.outcome.rawValue) "
      + Quantity.relative(late.arrivedAt, now: now) + ", after its lease was lost" + kept
  }

  private func isLast(_ attempt: AttemptStory) -> Bool {
    attempt.record.number == attempts.last?.record.number
  }

  private var head: [String] {
    let kind = Sanitizer.line(job.kind)
    var lines = [
      style.bold("Job \(job.id)") + "  \(kind)  " + style.state(job.state)
        + (job.isDegraded ? "  " + style.warning("degraded") : "")
    ]
    let queue = "\(job.queue)   priority \(job.priority)   mode \(job.mode.rawValue)"
    lines += field("queue", queue + "   attempt \(job.attempt) of \(job.maxAttempts)")
    lines += field("input", input)
    lines += field("labels", labels)
    lines += field("unique", job.uniqueKey)
    lines += field("kind", "version \(job.definitionVersion)   \(shortHash(job.definitionHash))")
    lines += field("times", times)
    lines += field("served by", job.servedBy.map { servedBy($0) })
    lines += field("fell back", fallbacks)
    lines += field("result", job.resultBytes.map { Quantity.bytes($0) })
    lines += field("report", job.report.map { String(decoding: $0, as: UTF8.self) })
    return lines
  }

  private func field(_ name: String, _ value: String?) -> [String] {
    guard let value, !value.isEmpty else { return [] }
    let gap = String(repeating: " ", count: max(1, 11 - name.count))
    return ["  " + style.dim(name) + gap + Sanitizer.line(value)]
  }

  private var input: String {
    let name = job.inputName ?? "stdin"
    return "\(name)   \(Quantity.bytes(job.inputBytes))   sha256 \(shortHash(job.inputSHA256))"
  }

  private var labels: String {
    job.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }

  private var fallbacks: String? {
    guard !job.fallbackReasons.isEmpty else { return nil }
    return job.fallbackReasons.map(\.rawValue).joined(separator: ", ")
  }

  private func servedBy(_ served: ServedBy) -> String {
    var parts = ["\(served.provider)/\(served.model)"]
    if let credential = served.credential { parts.append(credential) }
    return (parts + [served.baseURL]).joined(separator: "   ")
  }

  private var times: String {
    var parts = ["queued \(Quantity.time(job.enqueuedAt))"]
    switch job.state {
    case .scheduled, .retryable:
      parts.append("next try \(Quantity.relative(job.runAt, now: now))")
    case .ready, .running, .succeeded, .failed, .cancelled, .dead:
      break
    }
    if let started = job.startedAt {
      let waited = started - max(job.runAt, job.enqueuedAt)
      if waited >= 0 { parts.append("waited \(SpanText.text(waited))") }
      if let finished = job.finishedAt {
        parts.append("took \(SpanText.text(finished - started))")
      }
    }
    if let finished = job.finishedAt {
      parts.append("ended \(Quantity.relative(finished, now: now))")
    }
    return parts.joined(separator: "   ")
  }

  private func errorLines(_ error: JobError) -> [String] {
    var lines = [style.bad("Error") + "  \(Sanitizer.line("\(error.class): \(error.message)"))"]
    if let cause = error.cause { lines += field("cause", cause) }
    if let hint = error.hint { lines += field("do", hint) }
    return lines
  }

  private func shortHash(_ hash: String) -> String {
    let digits = hash.split(separator: ":").last ?? ""
    return digits.count > 12 ? "\(digits.prefix(12))…" : String(digits)
  }

  /// What somebody would do now.
  private var next: String {
    switch job.state {
    case .succeeded: "auxq result \(job.id)"
    case .failed, .dead, .cancelled:
      job.resultBytes == nil
        ? "auxq retry \(job.id)" : "auxq retry \(job.id), or auxq result \(job.id)"
    case .running, .retryable: "auxq wait \(job.id)"
    case .ready, .scheduled: "auxq work, or auxq wait \(job.id) where a worker runs"
    }
  }
}

extension Style {
  func state(_ state: JobState) -> String {
    switch state {
    case .succeeded: good(state.rawValue)
    case .failed, .dead: bad(state.rawValue)
    case .retryable, .cancelled: warning(state.rawValue)
    case .scheduled, .ready, .running: bold(state.rawValue)
    }
  }
}
