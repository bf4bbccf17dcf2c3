import Calls
import ClassRows
import Fallback

/// A reply as fuzz input: a line `provider|status|fault|retry-after|content-type`, then the body.
struct FuzzCase {
  var provider: String
  var reply: HTTPReply
  var allowsLength: Bool

  init(_ bytes: [UInt8]) {
    let end = bytes.firstIndex(of: 0x0A) ?? bytes.endIndex
    let fields = bytes[..<end].split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    func field(_ index: Int) -> String { index < fields.count ? fields[index] : "" }
    provider = field(0)
    allowsLength = field(5) == "l"
    reply = HTTPReply(
      status: Int(field(1)),
      headers: [("retry-after", field(3)), ("content-type", field(4))].filter { !$0.1.isEmpty },
      body: Array(bytes[min(end + 1, bytes.count)...]), fault: TransportFault(rawValue: field(2)))
  }

  /// What must hold for any answer whatever.
  func check() {
    let reader = ReplyReader(
      reply, provider: provider, allowsLength: allowsLength, now: ClassRow.now)
    let failure = classify(reader.digest)
    precondition(failure == classify(reader.digest), "two answers to one question")
    if let failure {
      precondition(!failure.rule.isEmpty, "a class without a rule")
      precondition(failure.wait.map { (0...WaitHint.longest).contains($0) } ?? true, "absurd hint")
      precondition(failure.class != .unknown, "only a crash is unknown")
    } else {
      precondition(reader.completion?.text.isEmpty == false, "a success without a text")
      precondition(reader.digest.error == nil, "a success with an error in it")
      precondition(
        reply.status.map { (200..<300).contains($0) } ?? true, "a success by its body alone")
    }
    decide(on: failure)
  }

  /// The machine ends whatever keeps coming.
  private func decide(on failure: Failure?) {
    let routes = ["a", "b"].map {
      Route(provider: $0, baseURL: "https://\($0)", model: "m", contextWindow: 1_000)
    }
    var machine = CallMachine(plan: Plan(mode: .auto, routes: routes, policy: Policy()))
    var now: Milliseconds = 1_000_000
    var event = Event.begin(now, StepFacts(parameters: ["max_tokens", "temperature"]))
    for _ in 0..<500 {
      now += 10
      switch machine.step(event).action {
      case .acquire(let order):
        let key = CredentialReference(id: "k\(order.excluding.count)", label: "k", fingerprint: "f")
        event =
          order.excluding.count > 2
          ? .unavailable(now, Unavailability(reason: .noCredential))
          : .acquired(
            now, Acquisition(credential: key, baseURL: routes[order.route].baseURL, alternates: 2))
      case .refresh:
        event = .refreshed(now, RefreshReport(outcome: .unchanged, startedAt: now))
      case .send:
        event = .answered(
          now,
          Answer(
            failure: failure, status: reply.status, transport: reply.fault, sentAt: now - 5))
      case .wait(let until):
        precondition(until - now <= 60_000, "a wait that is no short one")
        now = max(now, until)
        event = .woke(now)
      case .finish: return
      }
    }
    preconditionFailure("it does not end")
  }
}
