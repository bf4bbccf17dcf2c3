import CLI
import Fallback
import Testing

@Suite("The standing of a credential in words")
struct CredentialStatusTests {
  struct Row: Sendable {
    var `class`: FailureClass
    var status: Int?
    var left: Milliseconds?
    var text: String
  }

  @Test(
    "D3: limits have a time left, refused keys say what to do and when they are tried",
    arguments: [
      Row(class: .rateLimit, status: 429, left: 700_000, text: "rate-limited (429) 12m left"),
      Row(class: .rateLimit, status: nil, left: 5_001, text: "rate-limited 6s left"),
      Row(class: .quota, status: 429, left: 10_800_000, text: "quota (429) 3h left"),
      Row(class: .quota, status: 403, left: 10_800_001, text: "quota (403) 3h1m left"),
      Row(class: .payment, status: 402, left: 540_000, text: "payment (402) 9m left"),
      Row(
        class: .auth, status: 401, left: 240_000,
        text: "auth failed (401) re-login may be required, retry in 4m"),
      Row(
        class: .forbidden, status: 403, left: 59_000,
        text: "auth failed (403) re-login may be required, retry in 59s"),
    ])
  func texts(_ row: Row) {
    let bench = Unavailability(
      reason: .coolingDown, class: row.class, status: row.status, until: row.left.map { 1_000 + $0 }
    )
    let text = CredentialStatus.text(bench, now: 1_000)
    #expect(text == row.text)
    #expect(row.class.isAboutAuthority != text.contains("left"))
  }

  @Test("what only a new login mends says so")
  func revoked() {
    let bench = Unavailability(reason: .terminal, class: .auth, status: 401)
    #expect(CredentialStatus.text(bench, now: 0) == "revoked: log in again")
  }
}
