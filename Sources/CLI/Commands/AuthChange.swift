import Configuration
import Credentials
import Fallback
import Platform
import Queue

/// What the commands share that change auth.json.
extension Session {
  /// Takes the lock of auth.json, and says so where that takes a while.
  func authLock() throws(Complaint) -> AuthLock {
    let path = paths.authFile
    do throws(AuthFileError) {
      return try AuthLock(path, waitMilliseconds: 1_000)
    } catch {
      guard case .locked = error else { throw Complaint(error) }
    }
    note("auxq: waiting for another program that is changing \(path)")
    do throws(AuthFileError) {
      return try AuthLock(path, waitMilliseconds: 30_000)
    } catch {
      throw Complaint(error)
    }
  }

  /// Reads auth.json under its lock, changes it and saves it.
  func changeAuth<Result>(
    _ change: (inout AuthDocument) throws(AuthFileError) -> Result
  ) throws(Complaint) -> Result {
    let lock = try authLock()
    do throws(AuthFileError) {
      return try AuthDocument.update(under: lock, now: program.now(), change)
    } catch {
      throw Complaint(error)
    }
  }

  /// Notes which account a credential belongs to; that is kept in the queue's database.
  func assign(
    _ account: String, to credential: String, of provider: String, in store: any QueueStore
  ) throws(Complaint) {
    _ = try storing { () throws(StoreError) in
      try store.transact([
        .assign(provider: provider, credential: credential, account: account)
      ])
    }
  }

  /// Lifts what was noted against a credential that has a new secret.
  func resetMarks(of credential: String, provider: String) {
    guard let store = try? existingStore(.write) else { return }
    defer { store.close() }
    _ = try? store.transact([
      .reset(HealthReset(provider: provider, credentials: [credential], at: program.now()))
    ])
  }

  /// Forgets what was noted against a credential that is gone. A mark is advice: nothing is said where
  /// that does not work.
  func forgetMarks(of credential: String, provider: String) {
    guard let store = try? existingStore(.write) else { return }
    defer { store.close() }
    let reset = HealthReset(provider: provider, credentials: [credential], at: program.now())
    _ = try? store.transact([
      .reset(reset), .assign(provider: provider, credential: credential, account: nil),
    ])
  }
}
