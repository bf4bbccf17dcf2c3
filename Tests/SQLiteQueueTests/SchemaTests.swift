import Fallback
import Queue
import StoreConformance
import Testing

@testable import SQLiteQueue

@Suite("Schemas of earlier versions")
struct SchemaTests {
  @Test("jobs of the first schema are handed out, and never held")
  func first() throws {
    let folder = TemporaryFolder()
    let first = try #require(Schema.migrations.first)
    let jobs = """
      PRAGMA journal_mode=WAL;
      INSERT INTO names VALUES (1, 'default'), (2, 'prompt');
      INSERT INTO definitions VALUES (1, 'sha256:d0', '1', x'7b7d');
      INSERT INTO jobs VALUES (1, 1, 2, 1, 1, 0, 5, 0, 3, 0, 0, 0, NULL, 0, 0, NULL, NULL, 5, NULL, 0);
      INSERT INTO inputs VALUES (1, 'a.md', 'ab', NULL, x'7b7d', x'68');
      PRAGMA application_id=\(Schema.applicationID); PRAGMA user_version=1;
      """
    #expect(runSQL(first.sql + jobs, on: folder.database) == 0)
    let queue = try SQLiteQueue.make(in: folder)
    #expect(try queue.plans().isEmpty)
    let hold = PlanHold(plan: "prompt", until: .max, most: 0, error: jobError(.payment))
    #expect(try queue.claim(worker("w"), holds: [hold]).map(\.id) == [1])
    #expect(try queue.statistics().jobs == [.running: 1])
    #expect(try queue.check().isEmpty)
    queue.close()
  }
}
