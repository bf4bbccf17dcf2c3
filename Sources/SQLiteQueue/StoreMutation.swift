/// Wrong versions of the store, to prove that tests would notice them. Only debug builds know how to
/// switch one on, and only for the code that asks, on its own thread; anywhere else `isOn` is false
/// and costs nothing.
package enum StoreMutation: String, CaseIterable, Sendable {
  case acceptsOldTokens = "finish without the token check"
  case commitsNormal = "commit promises with synchronous NORMAL"
  case forgetsCrashes = "forget how often a worker died"
  case losesCancel = "forget the wish to cancel with the lease"
  case burnsLostAttempts = "burn the attempt of a dead worker"
  case keepsUniqueKeys = "hold the unique key of a finished job"

  #if DEBUG
    /// The one that is on.
    @TaskLocal package static var current: StoreMutation?

    @inline(__always) var isOn: Bool { Self.current == self }
  #else
    @inline(__always) var isOn: Bool { false }
  #endif
}
