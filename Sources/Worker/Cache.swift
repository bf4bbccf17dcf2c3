import Synchronization

/// Keeps values that are worth making once. Two threads may make the same value at the same time;
/// the first stays.
final class Cache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let values = Mutex<[Key: Value]>([:])
  private let limit: Int

  /// Makes a cache; beyond the limit it starts anew.
  init(limit: Int = 256) { self.limit = limit }

  func value<E: Error>(_ key: Key, make: () throws(E) -> Value) throws(E) -> Value {
    if let value = values.withLock({ $0[key] }) { return value }
    let made = try make()
    return values.withLock { values in
      if let value = values[key] { return value }
      if values.count >= limit { values = [:] }
      values[key] = made
      return made
    }
  }
}
