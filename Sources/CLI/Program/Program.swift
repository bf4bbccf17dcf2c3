package import Fallback
package import Platform
package import Queue

/// How a store is opened.
package enum StoreAccess: Sendable, Hashable {
  /// The file is there; nothing is written, so it may lie on a read-only or full disk.
  case read
  /// Created where it is not there.
  case write
}

/// Opens the queue at a path. `sockets` is the folder for those by which processes wake each other.
package typealias StoreOpener =
  @Sendable (
    _ path: String, StoreAccess, _ sockets: String, _ onMigration: (MigrationReport) -> Void
  ) throws(StoreError) -> any QueueStore

/// What sits at the ends of the standard streams.
package struct Terminal: Sendable, Hashable {
  package var input: Bool
  package var output: Bool
  package var errors: Bool
  /// Columns of the terminal behind stdout.
  package var width: Int

  package init(input: Bool, output: Bool, errors: Bool, width: Int = 90) {
    self.input = input
    self.output = output
    self.errors = errors
    self.width = width
  }
}

/// Versions of the program and of what it is linked to.
package struct Versions: Sendable, Hashable {
  package var auxq: String
  package var sqlite: String
  package var curl: String

  package init(auxq: String, sqlite: String, curl: String) {
    self.auxq = auxq
    self.sqlite = sqlite
    self.curl = curl
  }
}

/// The whole program with everything outside it as values and functions: a command is a function of
/// this, and a test brings its own.
package struct Program: Sendable {
  /// Without the program's name.
  package var arguments: [String]
  package var environment: [String: String]
  package var terminal: Terminal
  package var versions: Versions
  package var zone: LocalZone

  /// Reads stdin to its end; the argument is the most bytes to take.
  package var readInput: @Sendable (Int) throws(FileError) -> [UInt8]
  package var writeOutput: @Sendable ([UInt8]) -> WriteResult
  package var writeErrors: @Sendable ([UInt8]) -> WriteResult
  /// Reads one line from the terminal, for questions; nil at its end.
  package var readAnswer: @Sendable () -> String?
  /// Shows a prompt and reads a line from the terminal without showing it.
  package var readSecret: @Sendable (String) -> HiddenInput.Ending
  /// Milliseconds since 1970.
  package var now: @Sendable () -> Milliseconds
  /// Sleeps; returns early, with how to end, when a signal asked to.
  package var pause: @Sendable (Milliseconds) -> ExitCode?

  /// Nobody reads stdout any more.
  package var isOutputClosed: @Sendable () -> Bool

  /// Opens a queue; the last argument is told when an older database was brought up to date.
  package var openStore: StoreOpener
  /// The queue as a file.
  package var upkeep: any DatabaseUpkeep
  package var readTrace: TraceReader
  /// `run`: does the job here and now; see `Outcome.report` for its end.
  package var run: @Sendable (RunOptions, Session) throws(Complaint) -> ExitCode
  package var work: @Sendable (WorkOptions, Session) throws(Complaint) -> ExitCode
  package var chain: @Sendable (ChainOptions, Session) throws(Complaint) -> ExitCode
  /// `auth refresh` and `auth login`: they ask token endpoints.
  package var renewCredentials: @Sendable (Session) throws(Complaint) -> ExitCode
  package var login: @Sendable (Session) throws(Complaint) -> ExitCode
  /// For `doctor`: where each configured provider's key comes from.
  package var inspectCredentials: @Sendable (Session) throws(Complaint) -> [CredentialFinding]

  package init(
    arguments: [String], environment: [String: String], terminal: Terminal, versions: Versions,
    zone: LocalZone = .system,
    readInput: @escaping @Sendable (Int) throws(FileError) -> [UInt8],
    writeOutput: @escaping @Sendable ([UInt8]) -> WriteResult,
    writeErrors: @escaping @Sendable ([UInt8]) -> WriteResult,
    readAnswer: @escaping @Sendable () -> String?,
    readSecret: @escaping @Sendable (String) -> HiddenInput.Ending,
    now: @escaping @Sendable () -> Milliseconds,
    pause: @escaping @Sendable (Milliseconds) -> ExitCode?,
    isOutputClosed: @escaping @Sendable () -> Bool = { false },
    openStore: @escaping StoreOpener, upkeep: any DatabaseUpkeep,
    readTrace: @escaping TraceReader,
    run: @escaping @Sendable (RunOptions, Session) throws(Complaint) -> ExitCode,
    work: @escaping @Sendable (WorkOptions, Session) throws(Complaint) -> ExitCode,
    chain: @escaping @Sendable (ChainOptions, Session) throws(Complaint) -> ExitCode,
    renewCredentials: @escaping @Sendable (Session) throws(Complaint) -> ExitCode,
    login: @escaping @Sendable (Session) throws(Complaint) -> ExitCode,
    inspectCredentials: @escaping @Sendable (Session) throws(Complaint) -> [CredentialFinding]
  ) {
    self.renewCredentials = renewCredentials
    self.login = login
    self.arguments = arguments
    self.environment = environment
    self.terminal = terminal
    self.versions = versions
    self.zone = zone
    self.readInput = readInput
    self.writeOutput = writeOutput
    self.writeErrors = writeErrors
    self.readAnswer = readAnswer
    self.readSecret = readSecret
    self.now = now
    self.pause = pause
    self.isOutputClosed = isOutputClosed
    self.openStore = openStore
    self.upkeep = upkeep
    self.readTrace = readTrace
    self.run = run
    self.work = work
    self.chain = chain
    self.inspectCredentials = inspectCredentials
  }
}
