package import Calls

/// Decides which shard carries a request: those of one origin stay together, since they share
/// connections, until a shard has its fill.
package struct ShardPlan {
  /// Requests that one shard takes before another is opened. libcurl looks through the connections to a
  /// host for each request, so that many smaller shards are faster than few large ones, also on few
  /// processors.
  package static let fill = 250
  /// Shards at most; above that all of them grow.
  package static let usualMost = 8
  /// Origins remembered; forgetting costs a few connections, nothing else.
  private static let memory = 1024

  private let most: Int
  private var loads: [Int] = []
  private var homes: [Origin: Int] = [:]

  /// Begins without a shard.
  package init(most: Int = usualMost) { self.most = max(1, most) }

  /// Shards so far.
  package var count: Int { loads.count }
  /// Requests that have a place.
  package var inFlight: Int { loads.reduce(0, +) }

  /// Takes a place; the answer may be one more than the shards there were.
  package mutating func place(_ origin: Origin) -> Int {
    let index = choose(origin)
    if index == loads.count { loads.append(0) }
    if homes[origin] == nil {
      if homes.count >= Self.memory { homes.removeAll() }
      homes[origin] = index
    }
    loads[index] += 1
    return index
  }

  /// Gives a place back.
  package mutating func leave(_ index: Int) { loads[index] -= 1 }

  /// Home while it has room; then the next shard in turn that has, so that a large origin fills one
  /// after another; then a new one; then home again.
  private func choose(_ origin: Origin) -> Int {
    guard !loads.isEmpty else { return 0 }
    let home = homes[origin] ?? loads.indices.min { loads[$0] < loads[$1] } ?? 0
    for step in loads.indices {
      let index = (home + step) % loads.count
      if loads[index] < Self.fill { return index }
    }
    return loads.count < most ? loads.count : (loads.indices.min { loads[$0] < loads[$1] } ?? home)
  }
}
