import Fallback
import Testing

@testable import Credentials

@Suite("When marks are read again")
struct MarkBoardTests {
  private static let now: Milliseconds = 1_000_000
  private static let key = MarkKey(scope: .credential, provider: "p", credential: "1")

  private func note(_ key: MarkKey = key) -> FailureNote {
    FailureNote(
      key: key, class: .quota, status: 429, hintUntil: nil, sentAt: Self.now - 10,
      fingerprint: "", isTerminal: false, needsConfirmation: false)
  }

  @Test("while nothing is marked a call reuses what was read a moment ago")
  func calm() {
    let marks = MemoryMarks()
    let board = MarkBoard(store: marks, calm: 3_600_000)
    #expect(board.recent(Self.now).marks.isEmpty)
    marks.fail(note(), job: 1, policy: Policy(), at: Self.now)
    #expect(board.recent(Self.now).marks.isEmpty)
    #expect(board.snapshot(Self.now).marks[Self.key] != nil)
  }

  @Test("once something is marked every call looks, whoever has marked it")
  func marked() {
    let marks = MemoryMarks()
    let board = MarkBoard(store: marks, calm: 3_600_000)
    board.fail(note(), job: 1, policy: Policy(), now: Self.now)
    #expect(board.recent(Self.now).marks[Self.key] != nil)
    let other = MarkKey(scope: .credential, provider: "p", credential: "2")
    marks.fail(note(other), job: 2, policy: Policy(), at: Self.now)
    #expect(board.recent(Self.now).marks.count == 2)
    marks.lift([Self.key, other], madeBefore: .max)
    #expect(board.recent(Self.now + 5_000).marks.isEmpty)
  }

  @Test("whether anything is marked at all may be known a few milliseconds late")
  func gate() {
    let marks = MemoryMarks()
    let board = MarkBoard(store: marks)
    #expect(!board.hasMarks(Self.now))
    marks.fail(note(), job: 1, policy: Policy(), at: Self.now)
    #expect(!board.hasMarks(Self.now + 19))
    #expect(board.hasMarks(Self.now + 20))
    marks.lift([Self.key], madeBefore: .max)
    #expect(board.hasMarks(Self.now + 39))
    #expect(!board.hasMarks(Self.now + 40))
  }

  @Test("what was read before that moment is read again")
  func later() {
    let marks = MemoryMarks()
    let board = MarkBoard(store: marks)
    #expect(board.recent(Self.now).marks.isEmpty)
    marks.fail(note(), job: 1, policy: Policy(), at: Self.now)
    #expect(board.recent(Self.now).marks[Self.key] != nil)
  }
}
