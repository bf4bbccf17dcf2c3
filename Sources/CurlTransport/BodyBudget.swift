import Synchronization

/// Bounds the memory of all replies under way together: one of them may be as long as its limit says, a
/// thousand at once may not.
final class BodyBudget: Sendable {
  /// Of each reply; hardly any answer of a model is longer.
  static let free = 1 << 20

  private let left: Atomic<Int>

  /// - Parameter bytes: For what goes beyond the free part of each reply.
  init(_ bytes: Int) { left = Atomic(bytes) }

  /// Takes some; false when there is not enough left.
  func take(_ bytes: Int) -> Bool {
    if left.wrappingSubtract(bytes, ordering: .relaxed).newValue >= 0 { return true }
    give(bytes)
    return false
  }

  func give(_ bytes: Int) { left.wrappingAdd(bytes, ordering: .relaxed) }
}
