import Glibc

/// A value behind a lock, for which threads can wait until it is as they need it: the mailbox of a
/// thread that blocks. Never wait for it on a thread of Swift's concurrency pool.
///
/// `@unchecked Sendable`: the state is touched only between lock and unlock of `mutex`, both C
/// objects stay at one address from `init` to `deinit`, and `State` is `Sendable` itself.
@safe package final class WaitCondition<State: Sendable>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var state: State

  package init(_ state: State) {
    self.state = state
    unsafe mutex = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe condition = .allocate(capacity: 1)
    unsafe condition.initialize(to: pthread_cond_t())
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe condition.deallocate()
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// Looks at or changes the state; wakes nobody by itself.
  ///
  /// - Parameter body: Runs under the lock; it must not use this object.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  package func withLock<Result, E: Error>(
    _ body: (inout State) throws(E) -> Result
  ) throws(E) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try body(&state)
  }

  /// Changes the state and wakes one waiting thread.
  ///
  /// - Parameter body: Runs under the lock; it must not use this object.
  /// - Returns: What `body` returns.
  @discardableResult
  package func signal<Result>(_ body: (inout State) -> Result) -> Result {
    let result = withLock(body)
    unsafe pthread_cond_signal(condition)
    return result
  }

  /// Changes the state and wakes every waiting thread.
  ///
  /// - Parameter body: Runs under the lock; it must not use this object.
  /// - Returns: What `body` returns.
  @discardableResult
  package func broadcast<Result>(_ body: (inout State) -> Result) -> Result {
    let result = withLock(body)
    unsafe pthread_cond_broadcast(condition)
    return result
  }

  /// Blocks until the state yields something.
  ///
  /// - Parameters:
  ///   - deadline: On `SystemTime.monotonicNanoseconds`; nil waits for ever.
  ///   - body: Runs under the lock, at once and after each wake-up, until it returns a value.
  /// - Returns: That value; nil when the deadline has passed.
  package func wait<Result>(
    until deadline: Int64? = nil, for body: (inout State) -> Result?
  ) -> Result? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&state) { return result }
      guard let deadline else {
        unsafe pthread_cond_wait(condition, mutex)
        continue
      }
      let end = max(deadline, 0)
      var time = timespec(
        tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
      if unsafe pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT {
        return body(&state)
      }
    }
  }
}
