import Calls
import Synchronization

/// One thread with one event loop, which takes its work from a mailbox.
final class Shard: Sendable {
  private let mailbox: Mailbox
  private let thread: OwnedThread

  init(_ options: CurlOptions, _ budget: BodyBudget) throws(LoopFailure) {
    guard let waker = Waker() else { throw LoopFailure(systemError: lastSystemError()) }
    let mailbox = Mailbox(waker)
    guard let thread = OwnedThread({ ShardThread(mailbox).run(options, budget) }) else {
      throw LoopFailure(systemError: lastSystemError())
    }
    self.mailbox = mailbox
    self.thread = thread
  }

  /// Hands a request over; false when the shard has ended.
  func start(_ request: CheckedRequest, for call: PendingCall) -> Bool {
    mailbox.post(.start(request, call))
  }

  func cancel(_ call: PendingCall) { _ = mailbox.post(.cancel(call.id)) }

  /// Ends the requests in flight as cancelled, and then the thread.
  func stop() {
    mailbox.stop()
    thread.join()
  }
}

/// What the shard's thread is asked to do.
enum Command: Sendable {
  case start(CheckedRequest, PendingCall)
  case cancel(UInt64)
}

/// Commands on their way to a shard's thread, which is woken only when it sleeps.
final class Mailbox: Sendable {
  private struct State {
    var commands: [Command] = []
    var sleeps = false
    var isStopped = false
  }

  let waker: Waker
  private let state = Mutex(State())

  init(_ waker: Waker) { self.waker = waker }

  /// Adds a command; false when nobody will take it any more.
  func post(_ command: Command) -> Bool {
    let (isTaken, mustWake) = state.withLock { state -> (Bool, Bool) in
      guard !state.isStopped else { return (false, false) }
      state.commands.append(command)
      defer { state.sleeps = false }
      return (true, state.sleeps)
    }
    if mustWake { waker.wake() }
    return isTaken
  }

  func stop() {
    state.withLock { $0.isStopped = true }
    waker.wake()
  }

  /// All commands so far, and whether they are the last.
  func take() -> (commands: [Command], isStopped: Bool) {
    state.withLock { state in
      state.sleeps = false
      defer { state.commands = [] }
      return (state.commands, state.isStopped)
    }
  }

  /// The thread is about to wait. False when there is something to do already.
  func maySleep() -> Bool {
    state.withLock {
      $0.sleeps = $0.commands.isEmpty && !$0.isStopped
      return $0.sleeps
    }
  }
}

/// The body of a shard's thread.
private struct ShardThread {
  private let mailbox: Mailbox

  init(_ mailbox: Mailbox) { self.mailbox = mailbox }

  func run(_ options: CurlOptions, _ budget: BodyBudget) {
    do {
      carry(try TransferLoop(options, budget, waker: mailbox.waker))
    } catch {
      refuse(with: error.reply)
    }
  }

  private func carry(_ loop: TransferLoop) {
    while true {
      let (commands, isLast) = mailbox.take()
      for command in commands { obey(command, loop) }
      if isLast { return loop.cancelAll() }
      loop.advance()
      loop.wait(mayBlock: mailbox.maySleep())
    }
  }

  private func obey(_ command: Command, _ loop: TransferLoop) {
    switch command {
    case .cancel(let id): loop.cancel(id: id)
    case .start(_, let call) where call.isCancelling: call.finish(.cancelledBeforeSending)
    case .start(let request, let call):
      loop.start(id: call.id, request) { call.finish($0) }
    }
  }

  /// No loop, no service: every request is answered with the reason.
  private func refuse(with reply: HTTPReply) {
    mailbox.stop()
    for case .start(_, let call) in mailbox.take().commands { call.finish(reply) }
  }
}
