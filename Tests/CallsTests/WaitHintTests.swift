import Calls
import ClassRows
import Fallback
import Testing

/// What a provider says about when to come back, in all its forms. It is 2026-07-01 00:00 UTC.
struct WaitHintTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var headers: [String: String] = [:]
    var body = #"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#
    var status = 429
    var wait: Milliseconds?
    var `class` = FailureClass.rateLimit
    var testDescription: String { headers.isEmpty ? body : "\(headers)" }
  }

  private static func header(
    _ name: String, _ value: String, _ wait: Milliseconds?, _ class: FailureClass = .rateLimit
  ) -> Case {
    Case(headers: [name: value], wait: wait, class: `class`)
  }

  private static func field(
    _ json: String, _ wait: Milliseconds?, _ class: FailureClass = .rateLimit
  ) -> Case {
    Case(body: #"{"error":{"message":"slow down",\#(json)}}"#, wait: wait, class: `class`)
  }

  private static func says(
    _ text: String, _ wait: Milliseconds?, _ class: FailureClass = .rateLimit
  ) -> Case {
    Case(body: #"{"error":{"message":"\#(text)"}}"#, wait: wait, class: `class`)
  }

  static let headerCases = [
    header("retry-after", "20", 20_000),
    header("Retry-After", "1.5", 1_500),
    header("retry-after", "0", 0),
    header("retry-after", "-3", nil),
    header("retry-after", "nan", nil),
    header("retry-after", "inf", nil),
    header("retry-after", "0x10", nil),
    header("retry-after", "soon", nil),
    header("retry-after", "1e300", WaitHint.longest, .quota),
    header("retry-after", "Wed, 01 Jul 2026 00:00:30 GMT", 30_000),
    header("retry-after", "Tue, 30 Jun 2026 00:00:30 GMT", nil),
    header("retry-after", "Wednesday, 01-Jul-26 00:01:00 GMT", 60_000),
    header("retry-after-ms", "250", 250),
    header("x-ms-retry-after-ms", "1250.5", 1_250),
    header("anthropic-ratelimit-requests-reset", "2026-07-01T00:00:40Z", 40_000),
    header("anthropic-ratelimit-unified-reset", "1782864060", 60_000),
    header("x-ratelimit-reset-requests", "6m0s", 360_000),
    header("x-ratelimit-reset-tokens", "100ms", 100),
    header("x-ratelimit-reset-requests", "45", 45_000),
    header("x-ratelimit-reset", "1782864090000", 90_000),
    header("x-ratelimit-reset", "1782864090", 90_000),
    header("x-ratelimit-reset", "1782860000", nil),
    header("x-codex-primary-reset-after-seconds", "120", 120_000),
    Case(headers: ["retry-after-ms": "100", "retry-after": "9"], wait: 100),
    Case(headers: ["retry-after": "9", "x-ratelimit-reset-requests": "3s"], wait: 9_000),
    Case(
      headers: [
        "retry-after": "Wed, 01 Jul 2026 01:00:10 GMT", "date": "Wed, 01 Jul 2026 01:00:00 GMT",
      ],
      wait: 10_000),
    Case(
      headers: [
        "x-ratelimit-remaining-requests": "59", "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "2m3.5s",
      ], wait: 123_500),
    Case(
      headers: ["x-ratelimit-remaining-requests": "59", "x-ratelimit-reset-requests": "1s"],
      wait: nil),
    Case(
      headers: [
        "anthropic-ratelimit-unified-5h-reset": "1782882000",
        "anthropic-ratelimit-unified-5h-status": "rejected",
        "anthropic-ratelimit-unified-7d-reset": "1783382400",
        "anthropic-ratelimit-unified-7d-status": "allowed",
      ], wait: 18_000_000, class: .quota),
    Case(
      headers: [
        "x-codex-primary-reset-after-seconds": "120", "x-codex-primary-used-percent": "34",
        "x-codex-secondary-reset-after-seconds": "180000", "x-codex-secondary-used-percent": "100",
      ], wait: 180_000_000, class: .quota),
    Case(
      headers: ["retry-after": "30"], body: #"{"error":{"message":"down"}}"#, status: 503,
      wait: 30_000, class: .overloaded),
    Case(
      headers: ["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "9s"],
      body: #"{"error":{"message":"down"}}"#, status: 503, wait: nil, class: .overloaded),
  ]

  static let fieldCases = [
    field(#""resets_in_seconds":90"#, 90_000),
    field(#""resets_at":1782864090"#, 90_000),
    field(#""resets_at":1782864090000"#, 90_000),
    field(#""reset_at":"2026-07-01T00:01:30Z""#, 90_000),
    field(#""retry_until":"1782864090""#, 90_000),
    field(#""resets_at":1782860000"#, nil),
    field(#""resets_at":-5"#, nil),
    field(#""retry_after":4.5"#, 4_500),
    field(#""retry_after_ms":"4500""#, 4_500),
    field(#""details":[{"retryDelay":"22s"}]"#, 22_000),
    field(#""details":[{"retryDelay":{"seconds":22}}]"#, 22_000),
    field(#""details":[{"metadata":{"quotaResetDelay":"373.801628ms"}}]"#, 373),
    field(#""details":[{"metadata":{"quotaResetDelay":"1h2m3.5s"}}]"#, 3_723_500, .quota),
    field(
      #""metadata":{"headers":{"X-RateLimit-Remaining":"0","X-RateLimit-Reset":"1782864005000"}}"#,
      5_000),
    field(#""input":{"retry_after":9}"#, nil),
    Case(body: #"{"error":"slow down","retry_after":7}"#, wait: 7_000),
    Case(
      body: #"{"error":{"message":"Please try again in 50s","details":[{"retryDelay":"9s"}]}}"#,
      wait: 9_000),
  ]

  static let textCases = [
    says("Please try again in 46.72s. Visit us", 46_720),
    says("Please retry in 8.9s", 8_900),
    says("please retry in 1h2m", 3_720_000, .quota),
    says("resets in 4hr 5min", 14_700_000, .quota),
    says("Try again in 7m12.48s.", 432_480, .quota),
    says("Please retry after 26 seconds.", 26_000),
    says("retry after 30", 30_000),
    says("Please wait 3 seconds", 3_000),
    says("try again in 250ms", 250),
    says("try again in about 2 minutes", 120_000),
    says("try again in 2 hours", 7_200_000, .quota),
    says("try again in a while", nil),
    says("Your limit will reset at 2026-07-01 00:04:28", 268_000),
    says("Your limit will reset at 2026-07-01T02:00:28+02:00", 28_000),
    says("You will regain access on 2026-07-09 at 00:00 UTC.", 691_200_000, .quota),
    says("You will regain access on 2026-07-02", 86_400_000, .quota),
    says("available at 2026-06-01 00:00", nil),
  ]

  static let windowCases = [
    says("Daily limit reached, please retry in 8.9s", nil, .quota),
    says("Daily limit reached, resets in 90 seconds", 90_000, .quota),
    Case(
      headers: ["retry-after": "3"], body: #"{"error":{"message":"5 hour limit reached"}}"#,
      wait: nil,
      class: .quota),
    Case(
      headers: ["retry-after": "900"],
      body: #"{"error":{"message":"limit of 3 per minute reached"}}"#,
      wait: 900_000, class: .rateLimit),
    Case(
      headers: ["retry-after": "900"], body: #"{"error":{"message":"slow down"}}"#, wait: 900_000,
      class: .quota),
  ]

  @Test("every form of hint is read", arguments: headerCases + fieldCases + textCases)
  func forms(one: Case) { check(one) }

  @Test("a named window outweighs a hint of another length", arguments: windowCases)
  func windows(one: Case) { check(one) }

  private func check(_ one: Case) {
    let headers = one.headers.map { (name: $0.key, value: $0.value) }
    let failure = ClassRow.classified("any", one.status, headers, one.body)
    #expect(failure?.wait == one.wait)
    #expect(failure?.class == one.class)
  }
}
