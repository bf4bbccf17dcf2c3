import Fallback
import Queue
import Testing

extension StoreConformance {
  /// S32: unproven credentials are tried by one process, and what it finds out is known to all.
  package static func s32Trials(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    let (one, two) = (worker("one"), worker("two", pid: 200))
    let trial = CredentialTrial(provider: "p", credential: "a", print: "f")
    func ask(
      _ holder: WorkerIdentity, at now: Milliseconds, _ wanted: CredentialTrial? = nil
    ) throws -> TrialAnswer? {
      let store = holder.id == "one" ? fixture.store : fixture.other
      let epoch = try store.healthEpoch()
      let operation = Operation.tryOut(
        wanted ?? trial, holder: holder, now: now, until: now + 1_000, epoch: epoch)
      guard case .triedOut(let answer)? = try store.transact([operation]).first else {
        throw UnexpectedResult(result: "tryOut")
      }
      guard case .yours(let then) = answer else { return answer }
      #expect(then == epoch)
      return .yours(epoch: nil)
    }
    #expect(try ask(one, at: 5_000) == .yours(epoch: nil))
    #expect(try ask(two, at: 5_100) == .taken(until: 6_000))
    // Another secret of the same id is another trial; so is the same one after its time.
    var other = trial
    other.print = "g"
    #expect(try ask(two, at: 5_100, other) == .yours(epoch: nil))
    #expect(try ask(one, at: 5_200) == .yours(epoch: nil))
    #expect(try ask(two, at: 6_200) == .yours(epoch: nil))
    // It ends with its process, or when nothing was found out.
    #expect(try ask(one, at: 6_300) == .taken(until: 7_200))
    fixture.living.kill(two)
    #expect(try ask(one, at: 6_300) == .yours(epoch: nil))
    let three = worker("three", pid: 300)
    _ = try fixture.store.transact([.endTrial(trial, holder: one)])
    #expect(try ask(three, at: 6_400) == .yours(epoch: nil))
    _ = try fixture.store.transact([.endTrial(trial, holder: one)])
    #expect(try ask(one, at: 6_500) == .taken(until: 7_400))
    // Proved once, it is tried by nobody; refused, it is tried anew.
    _ = try fixture.other.transact([.proved(trial)])
    #expect(try ask(one, at: 6_600) == .proven && ask(three, at: 6_600) == .proven)
    #expect(try fixture.store.poolUses().first?.proven == "f")
    _ = try fixture.store.transact([.fail(failure("a"), job: 1, policy: Policy(), at: 6_700)])
    #expect(try fixture.other.poolUses().first?.proven == nil)
    #expect(try ask(three, at: 6_800) == .yours(epoch: nil))
    // Who chose by older marks has to look again.
    let old = Operation.tryOut(
      other, holder: one, now: 6_900, until: 7_900, epoch: try fixture.store.healthEpoch() - 1)
    guard case .triedOut(.outOfDate)? = try fixture.store.transact([old]).first else {
      throw UnexpectedResult(result: "out of date")
    }
    // What is marked in the same transaction is no news to whoever asks for both.
    let epoch = try fixture.store.healthEpoch()
    let known = Operation.tryOut(other, holder: one, now: 6_900, until: 7_900, epoch: epoch)
    let fail = Operation.fail(failure("b"), job: 1, policy: Policy(), at: 6_900)
    let answers = try fixture.store.transact([fail, known])
    guard case .triedOut(.yours(let then?))? = answers.last else {
      throw UnexpectedResult(result: "own mark")
    }
    #expect(try then > epoch && then == fixture.store.healthEpoch())
    // What nobody could foresee is news, though this process has stored it.
    let again = Operation.tryOut(other, holder: one, now: 6_900, until: 7_900, epoch: then)
    let assign = Operation.assign(provider: "p", credential: "a", account: "z")
    guard case .triedOut(.yours(nil))? = try fixture.store.transact([assign, again]).last else {
      throw UnexpectedResult(result: "own account")
    }
    // Nor what is lifted: another process may have told of the mark in the meantime.
    let lift = Operation.unmark([failure("b").key], madeBefore: 9_000)
    let later = Operation.tryOut(
      other, holder: one, now: 6_900, until: 7_900, epoch: try fixture.store.healthEpoch())
    guard case .triedOut(.yours(nil))? = try fixture.store.transact([lift, later]).last else {
      throw UnexpectedResult(result: "own lift")
    }
  }
}
