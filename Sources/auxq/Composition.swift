import CLI
import CurlTransport
import Glibc
import Platform
import Queue
import SQLiteQueue

/// The one place that knows the concrete store and the concrete transports.
enum Composition {
  /// Runs the command line of this process.
  ///
  /// - Returns: The exit code.
  static func run() -> Int32 {
    // Before any thread: all of them take over the signal mask, and files are 0600 from the first byte.
    Signals.block()
    Hardening.apply()
    let signals = SignalRelay()
    // Without the watch, signals would have no effect at all.
    guard (try? Signals.watch({ signals.deliver($0) })) != nil else {
      _ = StandardError.write("auxq: no thread could be started: end other programs first\n")
      return ExitCode.temporary.rawValue
    }
    return program(signals).perform().rawValue
  }

  /// Reads a key from the terminal. Asking the relay makes it keep signals for us, so that none ends the
  /// process while the terminal shows nothing.
  private static func hidden(_ prompt: String, _ signals: SignalRelay) -> HiddenInput.Ending {
    let ending = HiddenInput.readLine(
      prompt: { _ = StandardError.write(prompt) }, isInterrupted: { signals.sleep(0) != nil })
    _ = StandardError.write("\n")
    return ending
  }

  private static func program(_ signals: SignalRelay) -> Program {
    let serving = Serving(
      makeBlocking: { CurlBlockingTransport(CurlOptions(caFile: $0)) },
      makeAsync: { certificates in
        let transport = CurlAsyncTransport(CurlOptions(caFile: certificates))
        return (transport, { transport.shutdown() })
      },
      parseOrigin: { parseOrigin($0) }, signals: signals)
    return Program(
      arguments: Array(CommandLine.arguments.dropFirst()), environment: Environment.atStart,
      terminal: Terminal(
        input: FileSystem.isTerminal(0), output: FileSystem.isTerminal(1),
        errors: FileSystem.isTerminal(2)),
      versions: Versions(
        auxq: auxqVersion, sqlite: SQLiteQueue.linkedVersion, curl: linkedCurlVersion()),
      readInput: { (limit) throws(FileError) in try FileSystem.readStandardInput(limit: limit) },
      writeOutput: { StandardOutput.write($0) }, writeErrors: { StandardError.write($0) },
      readAnswer: { readLine() }, readSecret: { hidden($0, signals) }, now: { SystemTime.wall() },
      pause: { signals.sleep($0) }, isOutputClosed: { StandardOutput.isClosed },
      openStore: { (path, access, sockets, onMigration) throws(StoreError) in
        try SQLiteQueue.open(
          path: path, mode: access == .read ? .readOnly : .create, sockets: sockets,
          onMigration: onMigration)
      }, upkeep: SQLiteUpkeep(),
      readTrace: TraceReading.read, run: serving.run, work: serving.work, chain: serving.chain,
      renewCredentials: serving.renewCredentials, login: serving.login,
      inspectCredentials: serving.inspect)
  }
}

/// The version that `auxq version` and the user agent name.
let auxqVersion = "0.1.0"
