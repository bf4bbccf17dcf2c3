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
/// curl takes a connection out after each request and puts it in for the next. The kernel is told
/// only when it must be: a kept connection stays in the set, and is taken out when something comes
/// although nobody waits for it. That needs to know when sockets are closed, so it holds only for
/// those that `ConnectionTable` opens and closes.
///
/// It is the context of curl's multi callbacks, so it must outlive the multi handle.
@safe
final class EventSet {
  private struct Watch {
    var wanted: UInt32 = 0
    var registered: UInt32 = 0
    var isConnection = false
  }

  private static let capacity = 64

  private let descriptor: Int32
  private let waker: Waker
  private let clock: LoopClock
  private let events: UnsafeMutablePointer<ccurl_event>
  /// By socket: these are small numbers.
  private var watches: [Watch] = []
  /// When curl wants `CURL_SOCKET_TIMEOUT`.
  var curlDue = Instant.never

  init?(waker: Waker, clock: LoopClock) {
    self.waker = waker
    self.clock = clock
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
    clock.update()
    for index in 0..<count {
      let event = unsafe events[index]
      if event.socket == waker.descriptor {
        waker.drain()
      } else if isWanted(event.socket) {
        ready(event.socket, ccurl_ready_mask(event.ready))
      }
    }
  }

  /// A connection begins on a socket.
  func opened(_ socket: Int32) {
    makeRoom(for: socket)
    watches[Int(socket)] = Watch(isConnection: true)
  }

  /// A connection is about to be closed, which also takes it out of the kernel's set.
  func closes(_ socket: Int32) {
    makeRoom(for: socket)
    watches[Int(socket)] = Watch()
  }

  fileprivate func watch(_ socket: Int32, _ what: Int32) {
    makeRoom(for: socket)
    var wanted: UInt32 = 0
    if what == CURL_POLL_IN || what == CURL_POLL_INOUT { wanted |= UInt32(CCURL_READ) }
    if what == CURL_POLL_OUT || what == CURL_POLL_INOUT { wanted |= UInt32(CCURL_WRITE) }
    watches[Int(socket)].wanted = wanted
    let watch = watches[Int(socket)]
    if wanted == 0 {
      if !watch.isConnection { forget(socket) }
    } else if watch.registered != wanted {
      let isNew: Int32 = watch.registered == 0 ? 1 : 0
      let code = ccurl_epoll_watch(descriptor, socket, wanted, isNew)
      watches[Int(socket)].registered = code == 0 ? wanted : 0
    }
  }

  fileprivate func setTimer(_ milliseconds: Int) {
    curlDue = milliseconds < 0 ? .never : clock.now.advanced(by: Int64(milliseconds))
  }

  /// Whether curl waits for a socket; if not, the kernel need not either.
  private func isWanted(_ socket: Int32) -> Bool {
    makeRoom(for: socket)
    if watches[Int(socket)].wanted != 0 { return true }
    forget(socket)
    return false
  }

  private func forget(_ socket: Int32) {
    ccurl_epoll_forget(descriptor, socket)
    watches[Int(socket)].registered = 0
  }

  private func makeRoom(for socket: Int32) {
    while watches.count <= Int(socket) { watches.append(Watch()) }
  }
}

/// CURLMOPT_SOCKETFUNCTION.
func curlWatchesSocket(
  _ easy: UnsafeMutableRawPointer?, _ socket: curl_socket_t, _ what: Int32,
  _ context: UnsafeMutableRawPointer?, _ known: UnsafeMutableRawPointer?
) -> Int32 {
  guard let context = unsafe context else { return -1 }
  unsafe Unmanaged<EventSet>.fromOpaque(context).takeUnretainedValue().watch(socket, what)
  return 0
}

/// CURLMOPT_TIMERFUNCTION.
func curlSetsTimer(
  _ multi: UnsafeMutableRawPointer?, _ timeout: Int, _ context: UnsafeMutableRawPointer?
) -> Int32 {
  guard let context = unsafe context else { return -1 }
  unsafe Unmanaged<EventSet>.fromOpaque(context).takeUnretainedValue().setTimer(timeout)
  return 0
}
