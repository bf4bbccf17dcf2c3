import CSystem
import Glibc

/// The environment that the process was started with.
package enum Environment {
  /// All variables, as they were at the first look. Look before other threads start: the C library
  /// does not guard the environment.
  package static let atStart: [String: String] = read()

  private static func read() -> [String: String] {
    var variables: [String: String] = [:]
    guard var entry = unsafe csystem_environment() else { return [:] }
    while let text = unsafe entry.pointee {
      let line = unsafe String(cString: text)
      if let equals = line.firstIndex(of: "=") {
        variables[String(line[..<equals])] = String(line[line.index(after: equals)...])
      }
      unsafe entry += 1
    }
    return variables
  }

  /// Takes variables out of the process's environment, so that no child and no library sees them.
  /// Call it before other threads start.
  ///
  /// - Parameter names: Those to remove.
  package static func removeVariables(_ names: some Sequence<String>) {
    for name in names { _ = unsafe unsetenv(name) }
  }

  /// The part of an environment that a key command may see: enough to find programs, the user's
  /// files and agents, and no key.
  ///
  /// - Parameter environment: All variables.
  /// - Returns: The allowed ones.
  package static func forChildren(_ environment: [String: String]) -> [String: String] {
    environment.filter { allowed.contains($0.key) || $0.key.hasPrefix("LC_") }
  }

  private static let allowed: Set<String> = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TERM", "TMPDIR",
    "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK", "GPG_TTY",
    "GNUPGHOME", "PASSWORD_STORE_DIR", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
    "XDG_CACHE_HOME", "XDG_STATE_HOME",
  ]
}
