package import Configuration
package import Kinds
import Platform
package import Queue
import Synchronization

/// One command line at work: the program, what was asked, and where its files are.
package struct Session: Sendable {
  package let program: Program
  package let invocation: Invocation
  package let paths: Paths
  private let said = SaidOnce()

  package init(program: Program, invocation: Invocation) {
    self.program = program
    self.invocation = invocation
    paths = Paths(
      environment: program.environment, config: invocation.text("config"),
      database: invocation.text("database"))
  }

  /// The kinds of job there are.
  package func catalog() -> KindCatalog { KindCatalog(userFolder: paths.jobsFolder) }

  /// The settings, checked; warnings are said on stderr.
  ///
  /// - Parameter catalog: Names the kinds that settings may speak of.
  /// - Returns: Settings without errors.
  /// - Throws: `Complaint` with all errors, exit code 78.
  package func settings(_ catalog: KindCatalog) throws(Complaint) -> Settings {
    let parsed = try parsedSettings(catalog)
    for warning in parsed.warnings where said.isFirst(warning.text) {
      note("auxq: \(warning.text)")
    }
    guard parsed.errors.isEmpty else { throw Complaint(parsed.errors) }
    return parsed.settings
  }

  /// The settings as far as they can be read, with all problems.
  package func parsedSettings(_ catalog: KindCatalog) throws(Complaint) -> ParsedSettings {
    do throws(FileError) {
      return try Settings.load(
        paths, environment: program.environment, kinds: catalog.all().map(\.name))
    } catch {
      throw Complaint(error, for: .configuration)
    }
  }

  /// Opens the queue to write, creating it where it is not there. Close it after use.
  package func openStore() throws(Complaint) -> any QueueStore {
    try storing { () throws(StoreError) in
      try program.openStore(paths.database, .write, paths.runtimeFolder) { tell($0) }
    }
  }

  /// Opens the queue; nil where there is none yet. A file without content is none.
  ///
  /// - Parameter access: `read` for commands that must work on a full disk.
  /// - Returns: Close it after use.
  /// - Throws: `Complaint` for what the store refuses.
  package func existingStore(_ access: StoreAccess) throws(Complaint) -> (any QueueStore)? {
    do throws(FileError) {
      _ = try FileSystem.status(paths.database)
    } catch {
      if error.code == .notFound { return nil }
      throw Complaint(error, for: .configuration)
    }
    do throws(StoreError) {
      return try program.openStore(paths.database, access, paths.runtimeFolder) { tell($0) }
    } catch {
      if error.code == .empty { return nil }
      throw Complaint(error)
    }
  }

  /// Finds a job.
  ///
  /// - Throws: `Complaint` with exit code 66 where there is none.
  package func job(_ id: JobID, in store: (any QueueStore)?) throws(Complaint) -> JobRecord {
    let found = try storing { () throws(StoreError) in try store?.job(id) }
    guard let job = found else { throw noSuchJob([id]) }
    return job
  }

  /// Says that jobs are not there.
  func noSuchJob(_ ids: [JobID]) -> Complaint {
    let names = ids.map { String($0) }.joined(separator: ", ")
    return Complaint(
      .noInput, ids.count == 1 ? "no job \(names)" : "no jobs \(names)", at: paths.database,
      remedy: "auxq list")
  }

  /// A job's attempts with what happened in them.
  package func attempts(of job: JobRecord, in store: any QueueStore) throws(Complaint)
    -> [AttemptStory]
  {
    let records = try storing { () throws(StoreError) in try store.attempts(of: job.id) }
    return records.map { record in
      let (calls, skips) = program.readTrace(record, job)
      return AttemptStory(record: record, calls: calls, skips: skips)
    }
  }
}

/// Does something with a store and puts its refusal into words.
package func storing<Value>(_ body: () throws(StoreError) -> Value) throws(Complaint) -> Value {
  do throws(StoreError) {
    return try body()
  } catch {
    throw Complaint(error)
  }
}

/// Several parts of a command read the settings; what is wrong with them is said once.
private final class SaidOnce: Sendable {
  private let texts = Mutex<Set<String>>([])

  func isFirst(_ text: String) -> Bool { texts.withLock { $0.insert(text).inserted } }
}
