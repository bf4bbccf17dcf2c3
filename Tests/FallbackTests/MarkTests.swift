import Fallback
import Testing

/// How failures become marks.
struct MarkTests {
  static let now = World.start
  static let key = MarkKey(scope: .credential, provider: "a", credential: "k")

  private func note(
    _ class: FailureClass, hint: Milliseconds? = nil, sentAt: Milliseconds = now,
    fingerprint: String = "p", isTerminal: Bool = false, needsConfirmation: Bool = false
  ) -> FailureNote {
    FailureNote(
      key: Self.key, class: `class`, status: nil, hintUntil: hint.map { Self.now + $0 },
      sentAt: sentAt, fingerprint: fingerprint, isTerminal: isTerminal,
      needsConfirmation: needsConfirmation)
  }

  private func mark(
    _ note: FailureNote, after existing: Mark? = nil, job: Int64 = 1, at now: Milliseconds = now
  ) -> Mark {
    Mark.renewed(existing, by: note, job: job, policy: Policy(), now: now)
  }

  @Test("each class benches for its configured time", arguments: Array(Policy.defaultHealth))
  func spans(entry: (key: FailureClass, value: Milliseconds)) {
    let mark = mark(note(entry.key))
    #expect(mark.until == Self.now + entry.value)
    #expect(mark.isActive(Self.now))
    #expect(!mark.isActive(mark.until))
  }

  @Test(
    "a hint counts instead, within 1 s and health.max",
    arguments: [(5_000, 5_000), (0, 1_000), (-9_000, 1_000), (90_000_000, 3_600_000)]
      as [(Milliseconds, Milliseconds)])
  func hints(hint: Milliseconds, span: Milliseconds) {
    #expect(mark(note(.rateLimit, hint: hint)).until == Self.now + span)
  }

  @Test("repeated failures double the time up to health.max")
  func doubling() {
    var mark: Mark?
    var time = Self.now
    var spans: [Milliseconds] = []
    for _ in 0..<16 {
      var note = note(.rateLimit)
      note.sentAt = time + 1
      let next = Mark.renewed(mark, by: note, job: 1, policy: Policy(), now: time + 2)
      spans.append(next.until - time - 2)
      time = next.until
      mark = next
    }
    #expect(spans.prefix(4) == [60_000, 120_000, 240_000, 480_000])
    #expect(spans.last == 3_600_000)
    #expect(zip(spans, spans.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test("failures of calls that were already under way count once")
  func sameOutage() {
    let first = mark(note(.rateLimit), at: Self.now + 100)
    let second = mark(
      note(.rateLimit, sentAt: Self.now + 50), after: first, at: Self.now + 120)
    #expect(second.failures == 1)
    #expect(second.markedAt == first.markedAt)
  }

  @Test("a last route that is asked while its mark stands moves the end and doubles nothing")
  func failuresDuringTheMark() {
    let span = Policy.defaultHealth[.serverError] ?? 0
    var standing = mark(note(.serverError))
    for second in 1...300 as ClosedRange<Milliseconds> {
      let sent = Self.now + second * 100
      standing = mark(note(.serverError, sentAt: sent), after: standing, job: second, at: sent + 5)
      #expect(standing.until == sent + 5 + span)
    }
    let probe = standing.until + 1
    let again = mark(note(.serverError, sentAt: probe), after: standing, at: probe + 5)
    #expect(again.until == probe + 5 + 2 * span)
  }

  @Test("a server's own fault benches only when a second job confirms it")
  func confirmation() {
    let first = mark(note(.serverError, needsConfirmation: true), job: 1)
    #expect(first.isPending)
    #expect(!first.isActive(Self.now))
    let same = mark(note(.serverError, needsConfirmation: true), after: first, job: 1)
    #expect(same.isPending)
    let second = mark(note(.serverError, needsConfirmation: true), after: same, job: 2)
    #expect(!second.isPending)
    #expect(second.isActive(Self.now))
  }

  @Test("a terminal mark lasts until the secret changes, whatever calls under way still report")
  func terminal() {
    let dead = mark(note(.auth, isTerminal: true), at: Self.now + 10)
    #expect(dead.isActive(Self.now + 1_000_000_000))
    #expect(mark(note(.rateLimit), after: dead).isTerminal)
    #expect(mark(note(.auth, fingerprint: "fresh"), after: dead).isTerminal == false)
  }

  @Test("a call under way does not shorten a longer mark of another class")
  func longerStays() {
    let unpaid = mark(note(.payment), at: Self.now + 10)
    #expect(mark(note(.rateLimit, hint: 2_000), after: unpaid, at: Self.now + 20) == unpaid)
    let later = mark(
      note(.rateLimit, sentAt: Self.now + 700_000), after: unpaid, at: Self.now + 700_001)
    #expect(later.class == .rateLimit)
  }

  /// What is said of a request in all the forms in which it comes: by code, by status, as a page.
  static let aboutRequests: [Scripted] =
    [400, 406, 413, 418, 422].map { .status($0) }
    + [
      .overflow, .policy, .refused("seed"),
      .status(500, message: "BadRequestError: unknown parameter"),
      Scripted(
        name: "page 413", digest: ReplyDigest(provider: "", status: 413, body: .html)),
      Scripted(
        name: "page 422", digest: ReplyDigest(provider: "", status: 422, body: .html)),
      Scripted(
        name: "text 406", digest: ReplyDigest(provider: "", status: 406, body: .text)),
      .fault(.malformedRequest),
    ]

  @Test(
    "what is said of a request is told to no mark, whatever form it has", arguments: aboutRequests)
  func requestsMarkNothing(answer: Scripted) throws {
    var digest = answer.digest
    digest.provider = "a"
    let failure = try #require(classify(digest))
    let kinds: [FailureClass] = [
      .invalidRequest, .contentPolicy, .contextOverflow, .unsupportedParameter,
    ]
    #expect(kinds.contains(failure.class), "\(failure)")
    var world = World(routes("a", "b"))
    world.pools = [
      "a": ["k", "l"].map { CredentialReference(id: $0, label: $0, fingerprint: "print-" + $0) }
    ]
    world.answers = ["a/k": [answer], "a/l": [answer], "b/-": [answer]]
    let run = world.run(StepFacts(parameters: ["max_tokens"]))
    #expect(!run.calls.isEmpty)
    #expect(run.marked.isEmpty)
    #expect(world.marks.isEmpty)
    // And it says nothing against a key either.
    #expect(run.log.filter { $0.hasPrefix("a/") } == ["a/k"])
  }
}
