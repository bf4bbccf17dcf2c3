import Calls
package import Fallback
import JSONText
import Kinds
package import Queue

/// What a job's requests are planned with. Chunks, and with them the keys of finished parts, depend on
/// it: it is stored with the first part, so that later attempts cut the same way whatever was learnt
/// meanwhile.
struct Sizing: Sendable, Hashable {
  /// Tokens of the window as the provider counts; nil: not known.
  var window: Int?
  /// What estimates are multiplied with.
  var factor = 1.0

  /// The key of the stored part; keys of steps are hexadecimal.
  static let key = "sizing"

  init(window: Int?, factor: Double = 1) {
    self.window = window
    self.factor = factor
  }

  /// By what was learnt about the route that will serve if all is well.
  init(_ route: Route?, _ lessons: [ModelLesson]) {
    let lesson = route.flatMap { route in lessons.first { $0.isAbout(route) } }
    window = [route?.contextWindow, lesson?.window].compactMap { $0 }.min()
    guard let lesson else { return }
    factor = TokenCalibration.factor(estimated: lesson.estimated, counted: lesson.counted)
  }

  init?(_ stored: [UInt8]) {
    guard let root = try? JSONNode.parse(stored), let factor = root["factor"]?.double else {
      return nil
    }
    self.init(window: root["window"]?.int, factor: factor)
  }

  var encoded: [UInt8] {
    let value: JSONValue = ["window": .optional(window), "factor": .double(factor)]
    return value.encoded()
  }

  /// In estimated tokens.
  func plannedWindow(unknown: Int) -> Int {
    TokenCalibration.window(window ?? unknown, by: factor)
  }
}

extension ModelLesson {
  func isAbout(_ route: Route) -> Bool {
    provider == route.provider && baseURL == route.baseURL && model == route.model
  }

  /// What the calls of a step teach.
  ///
  /// - Parameters:
  ///   - calls: Those of one step.
  ///   - estimated: Tokens of its request, uncorrected.
  /// - Returns: One for each call that teaches something.
  static func lessons(of calls: [CallRecord], estimated: Int) -> [ModelLesson] {
    calls.compactMap { call in
      guard call.purpose == .completion else { return nil }
      var lesson = ModelLesson(
        provider: call.provider, baseURL: call.baseURL, model: call.model)
      if call.failure?.class == .contextOverflow {
        lesson.window = call.excerpt.flatMap(ContextLimit.parse)
        return lesson.window == nil ? nil : lesson
      }
      guard call.failure == nil, let counted = call.inputTokens,
        TokenCalibration.isPlausible(estimated: estimated, counted: counted)
      else { return nil }
      (lesson.estimated, lesson.counted) = (estimated, counted)
      return lesson
    }
  }
}

extension Plan {
  /// The same routes, with windows no larger than what providers have named.
  ///
  /// - Parameter lessons: What calls have taught.
  /// - Returns: The plan that a job would follow.
  package func applying(_ lessons: [ModelLesson]) -> Plan {
    var plan = self
    for index in plan.routes.indices {
      guard let window = lessons.first(where: { $0.isAbout(plan.routes[index]) })?.window else {
        continue
      }
      plan.routes[index].contextWindow = min(plan.routes[index].contextWindow ?? window, window)
    }
    return plan
  }
}
