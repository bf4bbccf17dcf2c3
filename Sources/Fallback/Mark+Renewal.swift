extension Mark {
  /// The mark after one more failure.
  ///
  /// A server's own fault benches only when a second job confirms it. A failure after the mark ended
  /// doubles the time; one of a call that was sent before it ended (it was under way already, or it
  /// went to a job's last route) tells of the same outage and only moves its end.
  ///
  /// - Parameters:
  ///   - existing: The mark of this key so far.
  ///   - note: The failure.
  ///   - job: Whose call failed.
  ///   - policy: How long classes bench.
  ///   - now: Milliseconds.
  /// - Returns: The mark to keep.
  package static func renewed(
    _ existing: Mark?, by note: FailureNote, job: Int64, policy: Policy, now: Milliseconds
  ) -> Mark {
    if let existing, existing.outlasts(note, now) { return existing }
    let isConfirmed = existing.map { !$0.isPending || $0.byJob != job } ?? false
    var mark = Mark(
      key: note.key, class: note.class, status: note.status, until: now, markedAt: now,
      byJob: job, isPending: note.needsConfirmation && !isConfirmed,
      fingerprint: note.fingerprint, isTerminal: note.isTerminal)
    if let existing, !existing.isPending {
      mark.failures = existing.failures + (existing.isActive(note.sentAt) ? 0 : 1)
      if note.sentAt < existing.markedAt { mark.markedAt = existing.markedAt }
    }
    mark.until = now + span(note, failures: mark.failures, policy: policy, now: now)
    if let existing, !existing.isPending, existing.class == mark.class, existing.until > mark.until
    {
      mark.until = existing.until
    }
    return mark
  }

  /// The failure belongs to a call that was under way when a mark was made that says more: a terminal
  /// one for the same secret, or one of another class that lasts.
  private func outlasts(_ note: FailureNote, _ now: Milliseconds) -> Bool {
    guard !isPending, isActive(now) else { return false }
    if isTerminal { return !note.isTerminal && fingerprint == note.fingerprint }
    guard note.sentAt < markedAt, !note.isTerminal, note.class != `class` else { return false }
    return note.needsConfirmation || (note.hintUntil ?? 0) < until
  }

  private static func span(
    _ note: FailureNote, failures: Int, policy: Policy, now: Milliseconds
  ) -> Milliseconds {
    if let hint = note.hintUntil { return policy.bench(note.class, hint: hint - now) }
    let base = policy.bench(note.class, hint: nil)
    return min(base << Milliseconds(min(failures - 1, 12)), policy.healthMax)
  }

  /// Whether it benches anything at this time. An expired one lets a probe through first.
  package func isActive(_ now: Milliseconds) -> Bool {
    !isPending && (isTerminal || until > now)
  }
}
