import Calls
import Fallback
import Queue
import Synchronization

/// Collects what happens in one attempt, step by step, and has it journalled before every request, so
/// that a crash leaves the call that was under way on record.
final class AttemptRecorder: Sendable {
  fileprivate struct State {
    var trace: Trace
    var calls: [CallRecord] = []
    var skips: [SkipRecord] = []
    /// For the first step that makes a call.
    var reserved: ReservedCredential?
  }

  private let lease: LeaseKey
  private let store: any QueueStore
  private let planText: [UInt8]
  private let state: Mutex<State>

  init(
    _ jobPlan: JobPlan, lease: LeaseKey, store: any QueueStore, reserved: ReservedCredential?
  ) {
    planText = jobPlan.planText
    self.lease = lease
    self.store = store
    state = Mutex(State(trace: Trace(plan: jobPlan.plan), reserved: reserved))
  }

  /// The credential that was counted with the claim; whoever asks first has it.
  func takeReserved() -> ReservedCredential? {
    state.withLock { state in
      defer { state.reserved = nil }
      return state.reserved
    }
  }

  /// Notes the events of a step so far and journals the attempt.
  func journal(step key: String, _ events: [Event], _ decisions: [String]) {
    state.withLock { $0.set(key, events, decisions) }
    // As it stands when it is stored: what has happened by then is no secret to a later attempt.
    store.submitLazily([.journal(lease, trace: DeferredBytes { [self] in trace })])
  }

  /// Notes a finished step.
  func finish(step key: String, _ run: StepRun) {
    state.withLock { state in
      state.set(key, run.events, run.decisions)
      state.calls += run.calls
      state.skips += run.skips
    }
  }

  var trace: [UInt8] { state.withLock { $0.trace }.encoded(planText: planText) }
  var calls: [CallRecord] {
    let calls = state.withLock { $0.calls }
    return calls.count > 1 ? calls.sorted { $0.startedAt < $1.startedAt } : calls
  }
  var skips: [SkipRecord] { state.withLock { $0.skips } }

  /// The class behind every fallback, in order.
  var fallbacks: [FallbackStep] {
    calls.compactMap { call in
      guard call.disposition == .fallback, let failure = call.failure else { return nil }
      return FallbackStep(provider: call.provider, class: failure.class)
    }
  }

  /// Calls and tokens by provider.
  var use: [ProviderUse] {
    var totals: [ProviderUse] = []
    for call in calls {
      let known = totals.firstIndex { $0.provider == call.provider }
      if known == nil {
        totals.append(
          ProviderUse(provider: call.provider, calls: 0, inputTokens: 0, outputTokens: 0))
      }
      let index = known ?? totals.count - 1
      totals[index].calls += 1
      totals[index].inputTokens += call.inputTokens ?? 0
      totals[index].outputTokens += call.outputTokens ?? 0
    }
    return totals.count > 1 ? totals.sorted { $0.provider < $1.provider } : totals
  }

  /// Who gave the last good answer.
  var servedBy: ServedBy? {
    guard let call = calls.last(where: { $0.disposition == .succeed }) else { return nil }
    return ServedBy(
      provider: call.provider, model: call.model, baseURL: call.baseURL,
      credential: call.credential?.label)
  }
}

extension AttemptRecorder.State {
  fileprivate mutating func set(_ key: String, _ events: [Event], _ decisions: [String]) {
    if let index = trace.steps.lastIndex(where: { $0.key == key }) {
      trace.steps[index].events = events
      trace.steps[index].decisions = decisions
    } else {
      trace.steps.append(Trace.Step(key: key, events: events, decisions: decisions))
    }
  }
}
