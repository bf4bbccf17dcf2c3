/// Wrong versions of this module, to prove that tests would notice them. Only debug builds know how to
/// switch one on, and only for the task that asks; anywhere else `isOn` is false and costs nothing.
package enum Mutation: String, CaseIterable, Sendable {
  case keepsSpentKey = "keep a spent key"
  case retriesAuth = "retry a 401"
  case ignoresDeadline = "ignore the deadline"
  case marksByProvider = "mark by provider instead of id"
  case clearsOnOldSuccess = "clear on an old success"
  case fallsBackOnExplicitAuth = "fall back on explicit auth"
  case adjustsTwice = "adjust twice"
  case probesTwice = "probe twice"
  case skipsRefresh = "skip the refresh"
  case swapsBaseURL = "swap the base URL"
  case losesFirstError = "lose the first error"
  case parksForEver = "park for ever"

  #if DEBUG
    /// The one that is on.
    @TaskLocal package static var current: Mutation?

    @inline(__always) var isOn: Bool { Self.current == self }
  #else
    @inline(__always) var isOn: Bool { false }
  #endif
}
