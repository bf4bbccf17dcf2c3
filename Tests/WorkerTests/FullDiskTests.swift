import FaultDisk
import Fallback
import Platform
import Queue
import SQLiteQueue
import Simulator
import Synchronization
import Testing

@testable import Worker

@Suite("A worker whose disk is full", .timeLimit(.minutes(2)))
struct FullDiskTests {
  /// `SQLITE_FULL` at every write, from now on.
  private static let full = Disk.Fault([.write], number: 1, isSticky: true, code: 13)

  private static func config(_ url: String) -> String {
    """
    { main: { provider: "p", model: "m" }, providers: { p: { base_url: "\(url)/v1" } } }
    """
  }

  @Test("an answer that there was no room for is stored when there is, and not paid for again")
  func storesLater() async throws {
    let provider = try SimulatedProvider.start(usual: .text("Fine."))
    let disk = Disk()
    let world = try TestWorld(
      config: Self.config(provider.url),
      onFolder: { FaultyFiles.attach(disk, under: $0) })
    defer { FaultyFiles.detach(folder: world.folder) }
    let ids = try (1...3).map { try world.enqueue(try world.newJob("prompt", "\($0)")) }
    let error = await #expect(throws: StoreError.self) {
      try await world.drain(concurrency: 1) { note in
        switch note {
        case .started: disk.refuse(Self.full)
        case .storeFailed: disk.refuse(nil)
        default: break
        }
      }
    }
    #expect(error?.code == .full)
    #expect(try world.store.job(ids[0])?.state == .succeeded)
    #expect(provider.requestCount == 1, "it claims nothing more")
    #expect(try ids.dropFirst().allSatisfy { try world.store.job($0)?.state == .ready })
    #expect(try world.store.attempts(of: ids[0]).map(\.outcome) == [.succeeded])
  }

  @Test("a job is not buried because the disk was full for three workers")
  func buriesNothing() async throws {
    let provider = try SimulatedProvider.start(usual: .text("Fine."))
    let disk = Disk()
    let dead = Mutex<Set<String>>([])
    func world(_ host: TestWorld? = nil) throws -> TestWorld {
      try TestWorld(
        config: Self.config(provider.url),
        isAlive: { worker in dead.withLock { !$0.contains(worker.id) } },
        onFolder: { if host == nil { FaultyFiles.attach(disk, under: $0) } }, sharing: host)
    }
    let first = try world()
    defer { FaultyFiles.detach(folder: first.folder) }
    let id = try first.enqueue(try first.newJob("prompt", "hello"))
    for life in 1...4 {
      let next = life == 1 ? first : try world(first)
      await #expect(throws: StoreError.self) {
        try await next.drain(concurrency: 1, grace: 0) { note in
          if case .started = note { disk.refuse(Self.full) }
        }
      }
      let name = next.engine.worker.id
      _ = dead.withLock { $0.insert(name) }
      disk.refuse(nil)
      #expect(try first.store.job(id)?.state == .running)
    }
    try await world(first).drain(concurrency: 1)
    let job = try #require(try first.store.job(id))
    #expect(job.state == .succeeded)
    #expect(
      try first.store.attempts(of: id).map(\.outcome)
        == Array(repeating: .lost, count: 4) + [.succeeded])
  }

  @Test("a full disk leaves room for giving jobs back")
  func handsBack() async throws {
    let provider = try SimulatedProvider.start(
      usual: .text(String(repeating: "A long answer. ", count: 40_000)))
    let disk = Disk()
    let world = try TestWorld(
      config: Self.config(provider.url),
      onFolder: { FaultyFiles.attach(disk, under: $0) })
    defer { FaultyFiles.detach(folder: world.folder) }
    let id = try world.enqueue(try world.newJob("prompt", "hello"))
    await #expect(throws: StoreError.self) {
      try await world.drain(concurrency: 1, grace: 0) { note in
        // Room for some pages, and not for the answer.
        if case .started = note {
          disk.refuse(Disk.Fault([.write], number: 60, code: 13))
        }
      }
    }
    #expect(disk.refusedCalls == 1)
    #expect(try world.store.job(id)?.state == .ready)
    #expect(try world.store.attempts(of: id).map(\.outcome) == [.handedBack])
  }
}
