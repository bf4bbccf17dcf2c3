import Queue
import Testing

@testable import Worker

@Suite("The search for jobs")
struct SearchTests {
  @Test("an idle worker goes back to a look a second after a claim that gave nothing")
  func idle() {
    var search = Search(budget: .max)
    search.claimed(0, of: 16)
    #expect(search.pause(isTold: true, jitter: 0) == 20_000_000)
    search.sawNothing()
    #expect(search.pause(isTold: true, jitter: 0) == 800_000_000)
    #expect(search.pause(isTold: true, jitter: .max) < 1_200_000_000)
    #expect(search.pause(isTold: false, jitter: 0) == Search.untoldRound)
  }

  @Test("claims that others are faster at are tried again soon, then less and less often")
  func outrun() {
    var search = Search(budget: .max)
    let pauses = (1...8).map { _ in
      search.claimed(0, of: 4)
      return search.pause(isTold: true, jitter: 0) / 1_000_000
    }
    #expect(pauses == [20, 40, 80, 160, 320, 640, 800, 800])
    search.claimed(1, of: 4)
    #expect(search.misses == 0)
    #expect(!search.hasMore)
  }

  @Test("a plan that is held no longer frees what was parked, and so does a start")
  func unparks() {
    func hold(_ plan: String) -> PlanHold {
      PlanHold(
        plan: plan, until: 1, most: 0, error: JobError(class: "payment", message: "no money"))
    }
    var search = Search(budget: 1)
    search.note([hold("p")])
    #expect(search.unparks == .all)
    search.unparks = .none
    search.note([hold("p"), hold("q")])
    #expect(search.unparks == .none)
    search.note([hold("q")])
    search.note([])
    #expect(search.unparks == .plans(["p", "q"]))
  }
}
