package import Fallback
import Synchronization

/// Providers of whose tokens the user allows only so many a day.
extension CredentialPools {
  /// Why a route's provider is not asked any more today; nil: it may be.
  func overBudget(_ route: Route, _ now: Milliseconds) -> Unavailability? {
    guard let limit = providers[route.provider]?.dailyTokens else { return nil }
    let used = max(
      // Attempts under way are counted when they end, so the own ones are known before.
      marks.tokensUsed(route.provider, at: now), spending.tokens(route.provider, now))
    guard used >= limit else { return nil }
    return Unavailability(reason: .budget, until: Spending.endOfDay(now))
  }

  package func spent(_ tokens: Int, provider: String, now: Milliseconds) {
    guard providers[provider]?.dailyTokens != nil else { return }
    spending.add(tokens, provider, now)
  }
}

/// What the calls of this process have used today.
final class Spending: Sendable {
  private struct Day {
    var number: Milliseconds
    var tokens = 0
  }

  private let days = Mutex<[String: Day]>([:])

  private static let day: Milliseconds = 86_400_000

  static func endOfDay(_ now: Milliseconds) -> Milliseconds { (now / day + 1) * day }

  func tokens(_ provider: String, _ now: Milliseconds) -> Int {
    days.withLock { days in
      days[provider].flatMap { $0.number == now / Self.day ? $0.tokens : nil } ?? 0
    }
  }

  func add(_ tokens: Int, _ provider: String, _ now: Milliseconds) {
    days.withLock { days in
      let number = now / Self.day
      if days[provider]?.number != number { days[provider] = Day(number: number) }
      days[provider]?.tokens += max(0, min(tokens, .max >> 8))
    }
  }
}
