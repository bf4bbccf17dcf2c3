import CCurl
import Glibc

/// Ends the wait of one event loop, from any thread.
final class Waker: Sendable {
  let descriptor: Int32

  init?() {
    descriptor = ccurl_eventfd()
    if descriptor < 0 { return nil }
  }

  func wake() {
    var one: UInt64 = 1
    _ = unsafe write(descriptor, &one, 8)
  }

  /// Takes the wish to wake up; the loop's own thread calls it.
  func drain() {
    var count: UInt64 = 0
    _ = unsafe read(descriptor, &count, 8)
  }

  deinit { close(descriptor) }
}

/// The sockets that curl wants watched, and when it wants to be called without one being ready.
///
/// It is the context of curl's multi callbacks, so it must outlive the multi handle.
@safe
final class EventSet {
  private static let capacity = 64

  private let descriptor: Int32
  private let waker: Waker
  private let events: UnsafeMutablePointer<ccurl_event>
  /// When curl wants `CURL_SOCKET_TIMEOUT`.
  var curlDue = Instant.never
  /// The handle whose sockets these are; set once it exists.
  var multi: UnsafeMutableRawPointer?

  init?(waker: Waker) {
    self.waker = waker
    descriptor = ccurl_epoll()
    unsafe events = .allocate(capacity: Self.capacity)
    unsafe events.initialize(repeating: ccurl_event(), count: Self.capacity)
    guard descriptor >= 0,
      ccurl_epoll_watch(descriptor, waker.descriptor, UInt32(CCURL_READ), 1) == 0
    else { return nil }
  }

  deinit {
    unsafe events.deallocate()
    if descriptor >= 0 { close(descriptor) }
  }

  /// Waits for sockets until a moment and gives each to `ready` with curl's readiness mask.
  func wait(until due: Instant, ready: (_ socket: Int32, _ mask: Int32) -> Void) {
    let timeout = due == .never ? -1 : due.wait(from: .now())
    let count = Int(unsafe ccurl_epoll_wait(descriptor, events, timeout))
    for index in 0..<count {
      let event = unsafe events[index]
      if event.socket == waker.descriptor {
        waker.drain()
      } else {
        ready(event.socket, ccurl_ready_mask(event.ready))
      }
    }
  }

  fileprivate func watch(_ socket: Int32, _ what: Int32, isNew: Bool) {
    if what == CURL_POLL_REMOVE {
      ccurl_epoll_forget(descriptor, socket)
      return
    }
    var interest: UInt32 = 0
    if what & CURL_POLL_IN != 0 { interest |= UInt32(CCURL_READ) }
    if what & CURL_POLL_OUT != 0 { interest |= UInt32(CCURL_WRITE) }
    _ = ccurl_epoll_watch(descriptor, socket, interest, isNew ? 1 : 0)
    // Anything but nil marks the socket as known, which saves a failing system call next time.
    if isNew, let multi = unsafe multi { unsafe curl_multi_assign(multi, socket, multi) }
  }
}

/// CURLMOPT_SOCKETFUNCTION.
func curlWatchesSocket(
  _ easy: UnsafeMutableRawPointer?, _ socket: curl_socket_t, _ what: Int32,
  _ context: UnsafeMutableRawPointer?, _ known: UnsafeMutableRawPointer?
) -> Int32 {
  guard let context = unsafe context else { return -1 }
  unsafe Unmanaged<EventSet>.fromOpaque(context).takeUnretainedValue()
    .watch(socket, what, isNew: unsafe known == nil)
  return 0
}

/// CURLMOPT_TIMERFUNCTION.
func curlSetsTimer(
  _ multi: UnsafeMutableRawPointer?, _ timeout: Int, _ context: UnsafeMutableRawPointer?
) -> Int32 {
  guard let context = unsafe context else { return -1 }
  let events = unsafe Unmanaged<EventSet>.fromOpaque(context).takeUnretainedValue()
  events.curlDue = timeout < 0 ? .never : Instant.now().advanced(by: Int64(timeout))
  return 0
}
