package import Fallback

/// Carries out a step without holding a thread.
package struct AsyncCaller: Sendable {
  private let transport: any AsyncTransport
  private let sleep: @Sendable (_ until: Milliseconds, Cancellation) async -> Void
  /// Runs blocking work (key commands, token endpoints, transactions) on a thread that may block.
  private let offload: @Sendable (@escaping @Sendable () -> Event) async -> Event

  /// Makes a caller.
  ///
  /// - Parameters:
  ///   - transport: Sends the requests.
  ///   - sleep: Returns at the given time, or when cancelled.
  ///   - offload: Runs its argument where blocking is allowed, and waits for it.
  package init(
    transport: any AsyncTransport,
    sleep: @escaping @Sendable (_ until: Milliseconds, Cancellation) async -> Void,
    offload: @escaping @Sendable (@escaping @Sendable () -> Event) async -> Event
  ) {
    self.transport = transport
    self.sleep = sleep
    self.offload = offload
  }

  /// Runs one step to its end.
  package func run(
    _ script: CallScript, facts: StepFacts, cancellation: Cancellation
  ) async -> StepRun {
    var script = script
    var event = script.begin(facts)
    while true {
      let action = script.step(event.unlessCancelled(cancellation))
      switch action {
      case .acquire(let order):
        if let known = script.acquireAtOnce(order) {
          event = known
        } else {
          event = await offload { [script] in script.acquire(order) }
        }
      case .refresh(let order):
        event = await offload { [script] in script.refresh(order) }
      case .send(let order):
        let sentAt = script.now()
        let reply = await transport.send(script.httpRequest(order), cancellation: cancellation)
        event = script.answered(reply, to: order, sentAt: sentAt)
      case .wait(let until):
        await sleep(until, cancellation)
        event = .woke(script.now())
      case .finish(let outcome):
        return StepRun(script, outcome)
      }
    }
  }
}
