import Calls
import Configuration
import Credentials
import Platform
import Queue
import Worker

extension Session {
  /// What serves jobs, over a store and from the settings and stored credentials of the session.
  ///
  /// - Parameters:
  ///   - store: The queue; marks are kept there.
  ///   - parseOrigin: The transport's own reading of a URL; nothing can be sent with the default.
  ///   - makeTransport: For refreshes; nil: none is made. The argument is a certificate file, or nil.
  /// - Returns: The engine.
  /// - Throws: `Complaint`, for a configuration or an auth.json that cannot be used.
  func engine(
    _ store: any QueueStore, parseOrigin: @escaping @Sendable (String) -> Origin? = { _ in nil },
    refreshing makeTransport: ((_ certificates: String?) -> any BlockingTransport)? = nil
  ) throws(Complaint) -> Engine {
    let settings = try settings(catalog())
    return Engine(
      settings: settings, environment: program.environment, store: store, auth: try authStore(),
      parseOrigin: parseOrigin, refreshing: makeTransport.map { $0(settings.certificates) })
  }

  private func authStore() throws(Complaint) -> AuthStore {
    do throws(AuthFileError) {
      let auth = try AuthStore(path: paths.authFile)
      for warning in auth.warnings {
        note("auxq: \(warning.path):\(warning.line): \(warning.pool): \(warning.what); skipped")
      }
      return auth
    } catch {
      throw Complaint(error)
    }
  }
}

extension Session {
  /// Waits for tokens that are being renewed, and says so.
  func finishRefreshes(_ engine: Engine) {
    if engine.pools.isRefreshing { note("auxq: saving a token that is being renewed…") }
    engine.pools.finishRefreshes()
  }
}

extension Complaint {
  /// Why auth.json cannot be used.
  init(_ error: AuthFileError) {
    switch error {
    case .unreadable(let fault): self.init(fault, for: .secret)
    case .broken(let path, let line, let column, let what):
      self.init(
        .configuration, "the stored credentials cannot be read: \(what)",
        at: "\(path):\(line):\(column)",
        remedy: "mend that line, or start anew: mv \(ShellWord.quoted(path)) "
          + "\(ShellWord.quoted(path + ".broken")), then auxq auth add; it was left as it is")
    case .newerVersion(let path, let version):
      self.init(
        .configuration, "auth.json has version \(version), which this auxq reads but never writes",
        at: path, remedy: "change it with the program that wrote it, or use a newer auxq")
    case .locked(let path, let milliseconds):
      self.init(
        .temporary,
        "another process has held the lock for \(milliseconds / 1000) s; nothing changed",
        at: path, remedy: "try again; fuser \(ShellWord.quoted(path)) names the process")
    case .unwritable(let fault): self.init(fault, for: .secret)
    case .changedMeanwhile(let path):
      self.init(
        .temporary, "another program goes on writing without taking the lock; nothing changed",
        at: path, remedy: "try again")
    }
  }
}
