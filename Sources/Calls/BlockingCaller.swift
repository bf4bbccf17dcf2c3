package import Fallback

/// Carries out a step on the calling thread.
package struct BlockingCaller: Sendable {
  private let transport: any BlockingTransport
  private let sleep: @Sendable (_ until: Milliseconds, Cancellation) -> Void

  /// Makes a caller.
  ///
  /// - Parameters:
  ///   - transport: Sends the requests.
  ///   - sleep: Returns at the given time, or when cancelled.
  package init(
    transport: any BlockingTransport,
    sleep: @escaping @Sendable (_ until: Milliseconds, Cancellation) -> Void
  ) {
    self.transport = transport
    self.sleep = sleep
  }

  /// Runs one step to its end.
  package func run(
    _ script: CallScript, facts: StepFacts, cancellation: Cancellation
  ) -> StepRun {
    var script = script
    var event = script.begin(facts)
    while true {
      let action = script.step(event.unlessCancelled(cancellation))
      switch action {
      case .acquire(let order):
        event = script.acquire(order)
      case .refresh(let order):
        event = script.refresh(order)
      case .send(let order):
        let sentAt = script.now()
        let reply = transport.send(script.httpRequest(order), cancellation: cancellation)
        event = script.answered(reply, to: order, sentAt: sentAt)
      case .wait(let until):
        sleep(until, cancellation)
        event = .woke(script.now())
      case .finish(let outcome):
        return StepRun(script, outcome)
      }
    }
  }
}
