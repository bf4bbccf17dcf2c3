import CSystem
import Glibc
import Synchronization

/// A thread of its own for code that blocks. It runs its body exactly once and is joined at most
/// once; one that nobody joins is detached when the last reference goes.
package final class OSThread: Sendable {
  /// Why no thread was started: an errno value, mostly EAGAIN.
  package struct StartError: Error, Sendable, Hashable {
    package var errno: Int32
  }

  private let handle: pthread_t
  private let isJoined = Mutex(false)

  /// Starts a thread.
  ///
  /// - Parameters:
  ///   - name: Shown by `top -H`; the first 15 bytes count.
  ///   - stackSize: Bytes.
  ///   - body: Runs on the new thread.
  /// - Throws: `StartError` when the system has no room for a thread.
  package init(
    name: String, stackSize: Int = 1 << 20, body: @escaping @Sendable () -> Void
  ) throws(StartError) {
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setstacksize(&attributes, max(stackSize, 64 << 10))
    let box = unsafe Unmanaged.passRetained(ThreadBody(name: name, run: body))
    var handle = pthread_t()
    let failure = unsafe pthread_create(&handle, &attributes, runThread, box.toOpaque())
    guard failure == 0 else {
      unsafe box.release()
      throw StartError(errno: failure)
    }
    self.handle = handle
  }

  deinit {
    if !isJoined.withLock({ $0 }) { pthread_detach(handle) }
  }

  /// Waits until the body has returned. Any thread but itself may call it, more than once too.
  package func join() {
    // Held while it waits, so that a second caller returns only after the end as well.
    isJoined.withLock { isJoined in
      guard !isJoined else { return }
      // Only now: the C library gives the handle of a joined thread to a new one.
      precondition(pthread_equal(handle, pthread_self()) == 0, "a thread cannot wait for itself")
      _ = pthread_join(handle, nil)
      isJoined = true
    }
  }

  /// Sends a signal to this thread alone; nothing happens once it was joined.
  func send(signal number: Int32) {
    isJoined.withLock { isJoined in
      if !isJoined { _ = pthread_kill(handle, number) }
    }
  }
}

/// What a new thread takes over.
private final class ThreadBody: Sendable {
  let name: String
  let run: @Sendable () -> Void

  init(name: String, run: @escaping @Sendable () -> Void) {
    self.name = name
    self.run = run
  }
}

/// First function of every thread; `context` is a retained `ThreadBody`.
private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context = unsafe context else { return nil }
  let body = unsafe Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue()
  var name = body.name
  while name.utf8.count > 15 { name.removeLast() }
  _ = unsafe csystem_name_thread(name)
  body.run()
  return nil
}
