package import Fallback
import Synchronization

/// Carries out a step without holding a thread.
package struct AsyncCaller: Sendable {
  private let transport: any AsyncTransport
  private let sleep: @Sendable (_ until: Milliseconds, Cancellation) async -> Void
  private let slots: ProviderSlots
  /// Runs blocking work (key commands, token endpoints, transactions) on a thread that may block.
  private let offload: @Sendable (@escaping @Sendable () -> Void) async -> Void

  /// Makes a caller.
  ///
  /// - Parameters:
  ///   - transport: Sends the requests.
  ///   - sleep: Returns at the given time, or when cancelled.
  ///   - offload: Runs its argument where blocking is allowed, and waits for it.
  package init(
    transport: any AsyncTransport,
    sleep: @escaping @Sendable (_ until: Milliseconds, Cancellation) async -> Void,
    offload: @escaping @Sendable (@escaping @Sendable () -> Void) async -> Void
  ) {
    self.transport = transport
    self.sleep = sleep
    slots = ProviderSlots(sleep: sleep)
    self.offload = offload
  }

  /// Runs one step to its end.
  package func run(
    _ script: consuming CallScript, facts: StepFacts, cancellation: Cancellation
  ) async -> StepRun {
    var script = script
    var event = script.begin(facts)
    var held: String?
    defer { if let held { slots.give(held) } }
    while true {
      let action = script.step(event.unlessCancelled(cancellation))
      switch action {
      case .acquire(let order):
        await changeSlot(&held, for: script.plan.routes[order.route], script, cancellation)
        event = await acquire(order, &script, cancellation)
      case .refresh(let order):
        event = await script.refresh(
          order, until: facts.deadline, cancellation: cancellation, sleep: sleep)
      case .send(let order):
        event = await send(order, &script, cancellation)
      case .wait(let until):
        await sleep(until, cancellation)
        event = .woke(script.now())
      case .finish(let outcome):
        return StepRun(script, outcome)
      }
    }
  }

  /// Sends at once, or in the place that a further request has in the provider's minute.
  private func send(
    _ order: SendOrder, _ script: inout CallScript, _ cancellation: Cancellation
  ) async -> Event {
    if script.usePlace(for: order) {
      let start = await offloaded { [script] in script.placeAgain() }
      guard script.isInTime(start) else { return script.missed(order) }
      if script.waits(until: start, for: order) { await sleep(start, cancellation) }
    }
    let sentAt = script.now()
    let reply = await transport.send(script.httpRequest(order), cancellation: cancellation)
    return script.answered(reply, to: order, sentAt: sentAt)
  }

  /// Looks until there is an answer; in between it sleeps, without a thread.
  private func acquire(
    _ order: AcquireOrder, _ script: inout CallScript, _ cancellation: Cancellation
  ) async -> Event {
    var waited: Waited = [:]
    while true {
      let look: AcquireLook
      if let known = script.lookAtOnce(order, waited) {
        look = known
      } else {
        look = await offloaded { [script, waited] in script.look(order, waited) }
      }
      switch look {
      case .event(let event, let solePlaces): return script.take(event, solePlaces, order)
      case .wait(let suspense):
        if cancellation.isCancelled { return .cancelled(script.now()) }
        script.begin(suspense, &waited, order)
        let ticket = cancellation.add { suspense.end.cancel($0) }
        await sleep(script.end(of: suspense), suspense.end)
        cancellation.remove(ticket)
      }
    }
  }

  /// Holds a slot of the provider that is asked next, and of no other. Where the wait for one ends
  /// without it, time is over and the machine will see to that.
  private func changeSlot(
    _ held: inout String?, for route: Route, _ script: CallScript, _ cancellation: Cancellation
  ) async {
    if held == route.provider { return }
    if let held { slots.give(held) }
    held = nil
    guard let limit = script.source.wire(for: route).concurrency else { return }
    let isTaken = await slots.take(
      route.provider, of: limit, until: script.machine.deadline, cancellation)
    if isTaken { held = route.provider }
  }

  private func offloaded<Value: Sendable>(
    _ work: @escaping @Sendable () -> Value
  ) async -> Value {
    let box = ResultBox<Value>()
    await offload { box.set(work()) }
    return box.value ?? work()
  }
}

/// Carries a result from one thread to another.
private final class ResultBox<Value: Sendable>: Sendable {
  private let state = Mutex<Value?>(nil)
  func set(_ value: Value) { state.withLock { $0 = value } }
  var value: Value? { state.withLock { $0 } }
}
