import Fallback
import Testing

/// What holds in every world.
struct PropertyTests {
  static let runs: UInt64 = 4_000

  /// Runs every random world and hands it over with what came out.
  private func forAll(
    _ filter: (World, StepFacts) -> Bool = { _, _ in true },
    _ check: (UInt64, World, StepFacts, World.Run) -> Void
  ) {
    for seed in 0..<Self.runs {
      var generator = RandomWorld(seed: seed)
      let (world, facts) = generator.make()
      guard filter(world, facts) else { continue }
      var moving = world
      check(seed, world, facts, moving.run(facts))
    }
  }

  @Test("the worlds reach every kind of decision")
  func coverage() {
    var reached: [Disposition: Int] = [:]
    forAll { _, _, _, run in
      for disposition in Set(run.dispositions.compactMap(\.self)) {
        reached[disposition, default: 0] += 1
      }
    }
    for disposition in Disposition.allCases {
      let share = Double(reached[disposition] ?? 0) / Double(Self.runs)
      print("PROPERTY \(disposition): \((share * 1_000).rounded() / 10) % of runs")
      #expect(share >= 0.05, "\(disposition)")
    }
  }

  @Test("it ends, within the bound on requests, and every call has one reason")
  func termination() {
    forAll { seed, world, _, run in
      #expect(run.calls.count <= world.plan.policy.callsPerStep, "seed \(seed)")
      #expect(run.events.count < 400, "seed \(seed)")
      #expect(run.calls.allSatisfy { $0.disposition != nil }, "seed \(seed)")
      #expect(run.calls.allSatisfy { $0.finishedAt != nil }, "seed \(seed)")
      let succeeded = run.calls.filter { $0.disposition == .succeed }.count
      #expect(succeeded == (run.outcome == .succeeded ? 1 : 0), "seed \(seed)")
      if succeeded == 1 { #expect(run.calls.last?.disposition == .succeed, "seed \(seed)") }
      let helpful = run.calls.filter { $0.failure == nil && $0.purpose == .completion }.count
      #expect(helpful == succeeded, "seed \(seed)")
    }
  }

  @Test("a key goes only where it belongs: its provider's route, at its own address")
  func hostBinding() {
    forAll { seed, world, _, run in
      for (order, _) in run.sends {
        let route = world.plan.routes[order.route]
        guard let credential = order.credential else {
          #expect(world.pools[route.provider] == nil, "seed \(seed)")
          #expect(order.baseURL == route.baseURL, "seed \(seed)")
          continue
        }
        let own = world.addresses["\(route.provider)/\(credential.id)"]
        #expect(order.baseURL == own ?? route.baseURL, "seed \(seed)")
        #expect(
          world.pools[route.provider]?.contains { $0.id == credential.id } == true, "seed \(seed)")
      }
    }
  }

  @Test("a credential is asked once per model, but for a counted retry, a refresh or an adjustment")
  func onceEach() {
    forAll { seed, world, _, run in
      let calls = run.calls.filter { $0.purpose == .completion }
      for (index, call) in calls.enumerated() {
        let isSame: (CallRecord) -> Bool = {
          $0.provider == call.provider && $0.model == call.model && $0.baseURL == call.baseURL
            && $0.credential?.id == call.credential?.id
        }
        // A granted retry of the last completion may follow a refresh elsewhere that did not help.
        let earlier = calls[..<index].dropLast().last(where: isSame)
        if let disposition = earlier?.disposition {
          let isRepeatedRoute =
            world.plan.routes.filter {
              $0.provider == call.provider && $0.model == call.model
            }.count > 1
          let isCounted = [.retry, .adjust, .refresh].contains(disposition)
          #expect(isCounted || isRepeatedRoute, "seed \(seed)")
        }
        let dead = calls[..<index].last {
          $0.provider == call.provider && $0.credential != nil
            && $0.credential?.id == call.credential?.id
        }
        if let dead, let failure = dead.failure,
          failure.scope == .credential || failure.scope == .account
        {
          let isMended = [.retry, .refresh].contains(dead.disposition)
          #expect(isMended, "seed \(seed): a dead key came back")
        }
      }
    }
  }

  @Test("one refresh per credential and purpose, one adjustment per parameter and route")
  func remediesOnce() {
    forAll { seed, world, _, run in
      let refreshes = run.log.filter { $0.contains(" ") }
      #expect(Set(refreshes).count == refreshes.count, "seed \(seed)")
      for (index, _) in world.plan.routes.enumerated() {
        let last = run.sends.last { $0.order.route == index }?.order.adjustments ?? []
        #expect(Set(last).count == last.count, "seed \(seed)")
      }
    }
  }

  @Test("nothing is sent at or after a deadline or a cancel, and no answer may outlast it")
  func deadlines() {
    forAll { seed, world, facts, run in
      let end = [facts.jobDeadline, facts.stepDeadline].compactMap(\.self).min()
      if let end {
        for (order, time) in run.sends {
          #expect(time < end && time + order.totalTimeout <= end, "seed \(seed)")
        }
      }
      if let cancel = world.cancelAtEvent, run.events.count > cancel {
        // The last event is the one that found it cancelled.
        #expect(run.events.count == cancel + 1, "seed \(seed)")
        #expect([.cancelled, .succeeded].contains(run.outcome), "seed \(seed)")
      }
      if case .parked(let until, _, _) = run.outcome {
        #expect(facts.jobDeadline.map { until < $0 } ?? true, "seed \(seed)")
        #expect(until > run.events.last?.time ?? 0, "seed \(seed)")
      }
    }
  }

  @Test("waits are short and counted")
  func waits() {
    forAll { seed, world, _, run in
      let policy = world.plan.policy
      #expect(run.waits.allSatisfy { $0 >= 0 && $0 <= policy.shortWait }, "seed \(seed)")
      let bound = world.plan.routes.count * (2 * policy.transientRetries + 3)
      #expect(run.waits.count <= bound, "seed \(seed)")
    }
  }

  @Test("failures mark their own provider only, and what is about the request marks nothing")
  func marks() {
    forAll { seed, _, _, run in
      let failed = Set(run.calls.compactMap { $0.failure == nil ? nil : $0.provider })
      for note in run.marked {
        #expect(failed.contains(note.key.provider), "seed \(seed)")
        #expect(!note.class.isAboutRequest, "seed \(seed)")
        #expect(
          ![.contextOverflow, .unsupportedParameter, .cancelled].contains(note.class),
          "seed \(seed)")
      }
    }
  }

  @Test("the same events give the same actions")
  func determinism() {
    forAll { seed, world, facts, run in
      var again = world
      #expect(again.run(facts).events == run.events, "seed \(seed)")
      var machine = CallMachine(plan: world.plan)
      let decisions = run.events.map { machine.step($0) }
      #expect(decisions.map(\.action) == run.actions, "seed \(seed)")
      #expect(machine.calls == run.calls, "seed \(seed)")
    }
  }

  /// What was sent, whatever the indices of the routes are.
  private func sent(_ run: World.Run, _ world: World) -> [String] {
    run.sends.map { order, _ in
      let route = world.plan.routes[order.route]
      return "\(route.provider) \(order.baseURL) \(order.model) \(order.credential?.id ?? "-")"
    }
  }

  private static func isTimeless(_ world: World, _ facts: StepFacts) -> Bool {
    facts.jobDeadline == nil && facts.stepDeadline == nil && world.cancelAtEvent == nil
      && world.plan.mode == .auto && world.plan.policy.callsPerStep == 40
  }

  @Test("a route that was only skipped might as well not be there")
  func skipEqualsAbsence() {
    var tested = 0
    forAll(Self.isTimeless) { seed, world, facts, run in
      for index in world.plan.routes.indices {
        let route = world.plan.routes[index]
        let isAsked = run.sends.contains { $0.order.route == index }
        let isRefreshed = run.actions.contains {
          if case .refresh(let order) = $0 { order.route == index } else { false }
        }
        let reasons = run.skips.filter { $0.provider == route.provider && $0.model == route.model }
        let isBenched = reasons.allSatisfy {
          [.coolingDown, .noCredential, .terminal].contains($0.reason)
        }
        guard !isAsked, !isRefreshed, isBenched, !reasons.isEmpty else { continue }
        tested += 1
        var without = world
        without.plan.routes.remove(at: index)
        let other = without.run(facts)
        #expect(sent(other, without) == sent(run, world), "seed \(seed) route \(index)")
        #expect((other.outcome == .succeeded) == (run.outcome == .succeeded), "seed \(seed)")
      }
    }
    print("PROPERTY skips tested: \(tested)")
    #expect(tested > 200)
  }

  @Test("one more healthy route never turns a success into a failure")
  func monotone() {
    forAll(Self.isTimeless) { seed, world, facts, run in
      guard run.outcome == .succeeded else { return }
      for place in 0...world.plan.routes.count {
        var more = world
        more.plan.routes.insert(route("healthy"), at: place)
        #expect(more.run(facts).outcome == .succeeded, "seed \(seed) at \(place)")
      }
    }
  }

  @Test(
    "with a healthy last route the walk always gets there, unless the request itself is refused")
  func reachesTheLast() {
    forAll(Self.isTimeless) { seed, world, facts, _ in
      var more = world
      var healthy = route("healthy")
      healthy.contextWindow = 10_000_000
      more.plan.routes.append(healthy)
      let run = more.run(facts)
      let isRefused = run.outcome.failure?.kind == .request || run.outcome == .overflow
      #expect(run.outcome == .succeeded || isRefused, "seed \(seed) \(run.outcome)")
    }
  }
}
