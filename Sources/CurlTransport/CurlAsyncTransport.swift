package import Calls
import Fallback
import Synchronization

/// Sends requests without holding the caller's thread: a few threads of its own carry them all.
///
/// The first thread starts with the first request; another joins whenever all have their fill, up to
/// eight. Requests to one origin share connections.
package final class CurlAsyncTransport: AsyncTransport {
  private struct State {
    var plan: ShardPlan
    var shards: [Shard] = []
    var isShutDown = false
  }

  private let options: CurlOptions
  private let check = RequestCheck()
  private let state: Mutex<State>
  private let budget: BodyBudget

  package init(_ options: CurlOptions = CurlOptions()) {
    self.options = options
    budget = BodyBudget(options.sharedBodyBytes)
    state = Mutex(State(plan: ShardPlan()))
  }

  deinit { shutdown() }

  package func send(_ request: HTTPRequest, cancellation: Cancellation) async -> HTTPReply {
    guard !cancellation.isCancelled else { return .cancelledBeforeSending }
    do {
      let checked = try check.check(request)
      let (shard, place) = try takePlace(checked.origin)
      defer { state.withLock { $0.plan.leave(place) } }
      return await send(checked, on: shard, cancellation)
    } catch let refusal as Refusal {
      return refusal.reply
    } catch let failure as LoopFailure {
      return failure.reply
    } catch {
      return .cancelledBeforeSending
    }
  }

  /// Ends the requests in flight as cancelled and waits for the threads. Later requests are answered
  /// as cancelled.
  package func shutdown() {
    let shards = state.withLock { state -> [Shard] in
      state.isShutDown = true
      defer { state.shards = [] }
      return state.shards
    }
    for shard in shards { shard.stop() }
  }

  private func send(
    _ checked: CheckedRequest, on shard: Shard, _ cancellation: Cancellation
  ) async -> HTTPReply {
    let call = PendingCall()
    let ticket = cancellation.add { _ in if call.cancel() { shard.cancel(call) } }
    defer { cancellation.remove(ticket) }
    return await withCheckedContinuation { continuation in
      guard call.wait(continuation) else {
        return continuation.resume(returning: .cancelledBeforeSending)
      }
      if !shard.start(checked, for: call) { call.finish(.cancelledBeforeSending) }
    }
  }

  private func takePlace(_ origin: Origin) throws -> (Shard, Int) {
    try state.withLock { state in
      guard !state.isShutDown else { throw ShutDown() }
      let place = state.plan.place(origin)
      if place < state.shards.count { return (state.shards[place], place) }
      do {
        let shard = try Shard(options, budget)
        state.shards.append(shard)
        return (shard, place)
      } catch {
        state.plan.leave(place)
        throw error
      }
    }
  }
}

private struct ShutDown: Error {}
