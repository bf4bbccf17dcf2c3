/// How long the provider asks us to wait, in milliseconds; nil where it does not say, or says
/// something absurd. In order of trust: millisecond headers, `Retry-After`, fields of the body, reset
/// headers.
func waitHint(_ reply: ReplyDigest) -> Milliseconds? {
  let headers = reply.headers
  for name in ["retry-after-ms", "x-ms-retry-after-ms"] {
    if let value = headers[name].flatMap(decimal), let wait = sane(value) { return wait }
  }
  if let value = headers["retry-after"].flatMap(decimal), let wait = sane(value * 1_000) {
    return wait
  }
  if let wait = reply.error?.wait, wait > 0 { return min(wait, longest) }
  return nil
}

/// A week: no provider's window is longer, and nothing waits longer than its mark's limit anyway.
private let longest: Milliseconds = 7 * 86_400_000

private func sane(_ value: Double) -> Milliseconds? {
  guard value.isFinite, value > 0 else { return nil }
  return Milliseconds(min(value, Double(longest)))
}

private func decimal(_ text: String) -> Double? {
  let trimmed = text.filter { $0 != " " }
  guard trimmed.count <= 20 else { return nil }
  return Double(trimmed)
}
