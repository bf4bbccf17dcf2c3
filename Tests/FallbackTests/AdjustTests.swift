import Fallback
import Testing

/// Changing a parameter that was refused.
struct AdjustTests {
  static let all: Set<String> = ["max_tokens", "temperature", "response_format"]

  @Test("each refused parameter is adjusted once, and remembered after the success")
  func chain() {
    var world = World(routes("a"))
    world.answers = [
      "a/-": [
        .refused("max_tokens"), .refused("max_completion_tokens"), .refused("temperature"),
        .refused("response_format"), .ok,
      ]
    ]
    let run = world.run(StepFacts(parameters: Self.all))
    #expect(run.outcome == .succeeded)
    #expect(
      run.sends.last?.order.adjustments
        == [.renameMaxTokens, .dropMaxTokens, .dropTemperature, .dropResponseFormat])
    #expect(run.dispositions == [.adjust, .adjust, .adjust, .adjust, .succeed])
    #expect(world.remembered == run.sends.last?.order.adjustments)
    #expect(run.marked.isEmpty)
  }

  @Test("the same parameter refused again is not adjusted twice", arguments: Self.all.sorted())
  func once(parameter: String) {
    var world = World(routes("a", "b"))
    world.answers = ["a/-": [.refused(parameter)]]
    let run = world.run(StepFacts(parameters: Self.all))
    #expect(run.log == ["a/-", "a/-", "b/-"])
    #expect(run.fallbacks == [.unsupportedParameter])
    #expect(world.remembered.isEmpty)
  }

  @Test("a parameter that was not sent changes nothing, so nothing is sent again")
  func notSent() {
    var world = World(routes("a", "b"))
    world.answers = ["a/-": [.refused("temperature")]]
    #expect(world.run(StepFacts(parameters: ["max_tokens"])).log == ["a/-", "b/-"])
  }

  @Test("max_tokens is mandatory in the messages dialect")
  func messages() {
    var route = route("a")
    route.dialect = .messages
    var world = World([route] + routes("b"))
    world.answers = ["a/-": [.refused("max_tokens")]]
    #expect(world.run(StepFacts(parameters: Self.all)).log == ["a/-", "b/-"])
  }

  @Test("what worked before is sent at once")
  func remembered() {
    var world = World(routes("a"))
    world.remembered = [.renameMaxTokens]
    let run = world.run(StepFacts(parameters: Self.all))
    #expect(run.sends.map(\.order.adjustments) == [[.renameMaxTokens]])
    #expect(run.effects.allSatisfy { if case .remember = $0 { false } else { true } })
  }
}
