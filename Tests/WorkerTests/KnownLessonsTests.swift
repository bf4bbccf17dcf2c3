import Queue
import Testing

@testable import Worker

@Suite("What calls have taught, as the next job sees it")
struct KnownLessonsTests {
  private static let second: Int64 = 1_000_000_000

  private func learn(_ counted: Int, in world: TestWorld) async throws {
    var lesson = ModelLesson(provider: "p", baseURL: "u", model: "m")
    (lesson.estimated, lesson.counted) = (100, counted)
    _ = try await world.store.transact([.learn(lesson)])
  }

  @Test("it is read a few times a second, and at once where this process has learnt something")
  func age() async throws {
    let world = try TestWorld(config: "{}")
    let known = KnownLessons()
    #expect(known.lessons(in: world.store, now: 0).isEmpty)
    try await learn(110, in: world)
    #expect(known.lessons(in: world.store, now: Self.second / 4 - 1).isEmpty)
    #expect(known.lessons(in: world.store, now: Self.second / 4).map(\.counted) == [110])
    try await learn(50, in: world)
    #expect(known.lessons(in: world.store, now: Self.second / 4).map(\.counted) == [110])
    known.forget()
    #expect(known.lessons(in: world.store, now: Self.second / 4).map(\.counted) == [160])
  }
}
