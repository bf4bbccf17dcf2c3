import Foundation
import Glibc
import JSONText
import Simulator
import Testing

@Suite("Refresh tokens, by real processes", .timeLimit(.minutes(3)))
struct RefreshTests {
  private func makeHome(_ portal: SimulatedPortal, auth: String) throws -> AuxqHome {
    var home = try AuxqHome(
      config: "{ main: { provider: \"nous\", model: \"m\" }, retry: { backoff_base: 0.001 } }")
    let path = try home.write(auth, to: "auth.json")
    #expect(chmod(path, 0o600) == 0)
    home.variables["NOUS_INFERENCE_BASE_URL"] = portal.url + "/v1"
    return home
  }

  @Test("processes that start with an expired token make one request, and all succeed")
  func together() async throws {
    let portal = try SimulatedPortal()
    portal.setDelay(50)
    let home = try makeHome(portal, auth: portal.authFile(expiresIn: -60))
    defer { home.remove() }
    for _ in 0..<2 {
      let running = try (0..<6).map { _ in try home.start(["run", "prompt"], input: "Hi.") }
      for one in running {
        let result = await one.wait()
        #expect(result.status == 0, "\(result.errors)")
      }
      #expect(portal.refreshes == 1 && portal.reuses == 0 && portal.tokenRequests == 1)
    }
  }

  @Test("killed after its token was spent: the next run says that a new login is needed")
  func killed() async throws {
    let portal = try SimulatedPortal()
    portal.setDelay(60_000)
    let home = try makeHome(portal, auth: portal.authFile(expiresIn: -60))
    defer { home.remove() }
    let first = try home.start(["run", "prompt"], input: "Hi.")
    #expect(await eventually { portal.refreshes == 1 })
    first.kill()
    portal.setDelay(0)
    for _ in 0..<2 {
      let next = try await home.run("run", "prompt", input: "Hi.")
      #expect(next.status == 1)
      #expect(next.errors.contains("auxq auth login nous"), "\(next.errors)")
    }
    #expect(portal.tokenRequests == 2)
    let list = try await home.run("auth", "list", "nous")
    #expect(list.output.contains("revoked: log in again"), "\(list.output)")
  }

  @Test("a signal during a renewal ends the process only after the new token is saved")
  func interrupted() async throws {
    let portal = try SimulatedPortal()
    portal.setDelay(700)
    let home = try makeHome(portal, auth: portal.authFile(expiresIn: -60))
    defer { home.remove() }
    let first = try home.start(["run", "prompt"], input: "Hi.")
    #expect(await eventually { portal.refreshes == 1 })
    first.signal(SIGTERM)
    first.signal(SIGTERM)
    _ = await first.wait()
    portal.setDelay(0)
    let next = try await home.run("run", "prompt", input: "Hi.")
    #expect(next.status == 0, "\(next.errors)")
    #expect(portal.tokenRequests == 1 && portal.reuses == 0)
  }
}
