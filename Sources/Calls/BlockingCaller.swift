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
        event = acquire(order, &script, cancellation)
      case .refresh(let order):
        event = script.refresh(order, until: facts.deadline, cancellation: cancellation)
      case .send(let order):
        event = send(order, &script, cancellation)
      case .wait(let until):
        sleep(until, cancellation)
        event = .woke(script.now())
      case .finish(let outcome):
        return StepRun(script, outcome)
      }
    }
  }

  /// Sends at once, or in the place that a further request has in the provider's minute.
  private func send(
    _ order: SendOrder, _ script: inout CallScript, _ cancellation: Cancellation
  ) -> Event {
    if script.usePlace(for: order) {
      let start = script.placeAgain()
      guard script.isInTime(start) else { return script.missed(order) }
      if script.waits(until: start, for: order) { sleep(start, cancellation) }
    }
    let sentAt = script.now()
    let reply = transport.send(script.httpRequest(order), cancellation: cancellation)
    return script.answered(reply, to: order, sentAt: sentAt)
  }

  /// Looks until there is an answer.
  private func acquire(
    _ order: AcquireOrder, _ script: inout CallScript, _ cancellation: Cancellation
  ) -> Event {
    var waited: Waited = [:]
    while true {
      switch script.look(order, waited) {
      case .event(let event, let solePlaces): return script.take(event, solePlaces, order)
      case .wait(let suspense):
        if cancellation.isCancelled { return .cancelled(script.now()) }
        script.begin(suspense, &waited, order)
        let ticket = cancellation.add { suspense.end.cancel($0) }
        sleep(script.end(of: suspense), suspense.end)
        cancellation.remove(ticket)
      }
    }
  }
}
