import Fallback
import Testing

/// One thing that must hold, and the wrong version of the machine that breaks it.
struct MutantCheck: Sendable, CustomTestStringConvertible {
  var mutation: Mutation
  var name: String
  var holds: @Sendable () -> Bool
  var testDescription: String { name }

  private typealias World = MutantWorld

  static let all: [MutantCheck] = [
    MutantCheck(mutation: .keepsSpentKey, name: "a spent key is not asked again in the call") {
      var world = World("a", "b")
      world.keys["a"] = [World.key("one"), World.key("two")]
      world.failures = ["a/one": [World.payment, World.payment], "a/two": [World.payment]]
      // Even where marks cannot be read.
      world.keepsMarks = false
      return world.run().log == ["a/one", "a/two", "b/-"]
    },
    MutantCheck(mutation: .retriesAuth, name: "a refused key is not asked twice") {
      var world = World("a", "b")
      world.keys["a"] = [World.key("one")]
      world.failures = ["a/one": [World.auth]]
      return world.run().log == ["a/one", "b/-"]
    },
    MutantCheck(mutation: .ignoresDeadline, name: "no request begins at or after the deadline") {
      var world = World("a", "b", "c")
      world.failures = ["a/-": [World.payment], "b/-": [World.payment]]
      world.duration = 100
      world.facts.jobDeadline = World.start + 150
      let end = world.run()
      return end.times.allSatisfy { $0 < World.start + 150 } && end.failure?.kind == .jobDeadline
    },
    MutantCheck(mutation: .marksByProvider, name: "a refused key leaves the other keys usable") {
      var world = World("a", "b")
      world.keys["a"] = [World.key("one"), World.key("two")]
      world.failures = ["a/one": [World.auth]]
      return world.run().log == ["a/one", "a/two"] && world.run().log == ["a/two"]
    },
    MutantCheck(
      mutation: .clearsOnOldSuccess, name: "a success lifts no mark made after it was sent"
    ) {
      var world = World("a")
      world.keys["a"] = [World.key("one")]
      let key = MarkKey(scope: .credential, provider: "a", credential: "one")
      // Another call was refused while this one was under way.
      let end = world.run()
      let mark = Mark(
        key: key, class: .rateLimit, until: World.start + 60_000, markedAt: World.start + 5)
      return end.effects.contains { effect in
        guard case .succeeded(let keys, let sentAt) = effect else { return false }
        return keys.contains(key) && sentAt <= mark.markedAt
      }
    },
    MutantCheck(
      mutation: .fallsBackOnExplicitAuth, name: "explicit mode does not go to main after a 401"
    ) {
      var world = World("a", "b", mode: .explicit)
      world.keys["a"] = [World.key("one")]
      world.failures = ["a/one": [World.auth]]
      return world.run().log == ["a/one"]
    },
    MutantCheck(mutation: .adjustsTwice, name: "a parameter is adjusted once on a route") {
      var world = World("a", "b")
      world.failures = ["a/-": [World.refusal, World.refusal]]
      return world.run().log == ["a/-", "a/-", "b/-"]
    },
    MutantCheck(mutation: .probesTwice, name: "one call probes while the others skip") {
      var world = World("a", "b")
      world.keys["a"] = [World.key("one")]
      let key = MarkKey(scope: .credential, provider: "a", credential: "one")
      world.marks[key] = Mark(
        key: key, class: .payment, until: World.start - 1, markedAt: World.start - 600_000)
      world.probing = [key]
      return world.run().log == ["b/-"]
    },
    MutantCheck(mutation: .skipsRefresh, name: "a refused key that can be renewed is renewed") {
      var world = World("a", "b")
      world.keys["a"] = [World.key("one", isRefreshable: true)]
      world.failures = ["a/one": [World.auth]]
      let end = world.run()
      return end.refreshes == 1 && end.log == ["a/one", "a/one"]
    },
    MutantCheck(mutation: .swapsBaseURL, name: "a key goes to its own address, rotated or not") {
      var world = World("a")
      world.keys["a"] = [World.key("one"), World.key("two")]
      world.addresses = ["one": "https://one.example", "two": "https://two.example"]
      world.failures = ["a/one": [World.auth]]
      return world.run().sends.map(\.baseURL) == ["https://one.example", "https://two.example"]
    },
    MutantCheck(mutation: .losesFirstError, name: "the first error is reported, the last its cause")
    {
      var world = World("a", "b")
      world.keys = ["b": [World.key("one")]]
      world.failures = ["a/-": [World.server, World.server], "b/one": [World.auth]]
      let failure = world.run().failure
      return failure?.class == .serverError && failure?.cause == .auth
    },
    MutantCheck(mutation: .parksForEver, name: "a parked job comes back when the first mark ends") {
      var world = World("a", "b")
      world.keys = ["a": [World.key("one")], "b": [World.key("two")]]
      world.failures = ["a/one": [World.payment], "b/two": [World.auth]]
      guard case .parked(let until, let reason, _) = world.run().outcome else { return false }
      return reason == .auth && until == World.start + 20 + 300_000
    },
  ]
}

#if DEBUG
  @Suite("Mutants")
  struct MutantTests {
    @Test("holds for the machine as it is, and not for its mutant", arguments: MutantCheck.all)
    func killed(check: MutantCheck) {
      #expect(check.holds())
      let survives = Mutation.$current.withValue(check.mutation) { check.holds() }
      #expect(!survives, "\(check.mutation.rawValue) survives")
    }

    @Test("every mutant has its test; the table")
    func table() {
      #expect(Set(MutantCheck.all.map(\.mutation)) == Set(Mutation.allCases))
      for check in MutantCheck.all {
        let killers = MutantCheck.all.filter { other in
          !Mutation.$current.withValue(check.mutation) { other.holds() }
        }
        let gap = String(repeating: " ", count: max(1, 32 - check.mutation.rawValue.count))
        print(
          "mutant: \(check.mutation.rawValue)\(gap)killed by: "
            + killers.map(\.name).joined(separator: "; "))
        #expect(killers.contains { $0.name == check.name })
      }
    }
  }
#endif
