import Fallback
import Queue
import Testing

extension StoreConformance {
  /// S22.
  package static func s22Progress(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    _ = try fixture.store.enqueue(newJob())
    let job = try fixture.store.claimOne(worker("w"))
    #expect(try fixture.other.progress(of: job.id) == nil)
    var progress = JobProgress(done: 1, total: 12, calls: 1, inputTokens: 900, startedAt: 5)
    #expect(try fixture.store.isAccepted(.progress(job.lease, progress)))
    progress.done = 2
    progress.cost = 1_500
    #expect(try fixture.store.isAccepted(.progress(job.lease, progress)))
    #expect(try fixture.other.progress(of: job.id) == progress)
    let old = LeaseKey(id: job.id, token: job.token - 1)
    #expect(try !fixture.store.isAccepted(.progress(old, JobProgress(done: 9, startedAt: 0))))
    #expect(try fixture.other.progress(of: job.id) == progress)
  }

  /// S23.
  package static func s23Reuse(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    _ = try fixture.store.enqueue(newJob())
    _ = try fixture.store.enqueue(newJob())
    let jobs = try fixture.store.claim(worker("w"), limit: 2)
    func success(_ text: String, isDegraded: Bool = false) -> Settlement.Outcome {
      .succeeded(
        Settlement.Success(result: Array(text.utf8), isDegraded: isDegraded, reuseKey: "work"))
    }
    #expect(try fixture.store.reusableJob("work") == nil)
    #expect(try fixture.store.settle(jobs[0].lease, success("made")))
    #expect(try fixture.other.reusableJob("work") == jobs[0].id)
    #expect(try fixture.other.reusableJob("other") == nil)
    #expect(try fixture.store.settle(jobs[1].lease, success("digest", isDegraded: true)))
    #expect(try fixture.other.reusableJob("work") != jobs[1].id)
    _ = try fixture.store.transact([.remove([jobs[0].id, jobs[1].id])])
    #expect(try fixture.other.reusableJob("work") == nil)
  }

  /// S24.
  package static func s24Lessons(_ maker: StoreMaker) throws {
    let fixture = try maker.fixture()
    var lesson = ModelLesson(
      provider: "p", baseURL: "http://a", model: "m", estimated: 100, counted: 60)
    _ = try fixture.store.transact([.learn(lesson), .learn(lesson)])
    #expect(try fixture.other.lessons().map(\.estimated) == [200])
    lesson.window = 8192
    _ = try fixture.store.transact([.learn(lesson)])
    lesson.window = nil
    lesson.estimated = 5_000_000
    lesson.counted = 2_000_000
    _ = try fixture.store.transact([.learn(lesson), .learn(lesson)])
    let learnt = try #require(try fixture.other.lessons().first)
    #expect(learnt.window == 8192 && learnt.estimated < 10_000_000)
    #expect(Double(learnt.counted) / Double(learnt.estimated) < 0.45)
  }
}
