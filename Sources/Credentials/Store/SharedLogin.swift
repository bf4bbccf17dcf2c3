import Platform

/// The second copy of the Nous tokens that hermes-agent keeps for all profiles of one root, and prefers
/// to `auth.json` whenever its refresh token differs, even where it is the older one.
package enum SharedLogin {
  static let fileName = "nous_auth.json"
  static let lockName = "nous_auth.lock"

  /// Where the second copy lies, or would lie.
  ///
  /// - Parameters:
  ///   - authFile: Path of `auth.json`.
  ///   - environment: `HERMES_HOME`, `HERMES_SHARED_AUTH_DIR`.
  /// - Returns: A path; nil where the file does not lie in a hermes home, so that there is no other.
  package static func path(
    besideAuthFile authFile: String, environment: [String: String]
  ) -> String? {
    let file = FileSystem.resolvingLinks(authFile) ?? authFile
    let home = FileSystem.directory(of: file)
    guard isHermesHome(home, environment) else { return nil }
    if let folder = environment["HERMES_SHARED_AUTH_DIR"], folder.hasPrefix("/") {
      return FileSystem.joined(folder, fileName)
    }
    return FileSystem.joined(FileSystem.joined(root(of: home), "shared"), fileName)
  }

  /// A profile is kept in `<root>/profiles/<name>`; all profiles of a root share one login.
  private static func root(of home: String) -> String {
    let parent = FileSystem.directory(of: home)
    return FileSystem.name(of: parent) == "profiles" ? FileSystem.directory(of: parent) : home
  }

  /// By its name, by the variable that names it, or by what hermes-agent keeps in it.
  private static func isHermesHome(_ home: String, _ environment: [String: String]) -> Bool {
    let root = root(of: home)
    if FileSystem.name(of: root) == ".hermes" { return true }
    if let named = environment["HERMES_HOME"], named.hasPrefix("/"),
      (FileSystem.resolvingLinks(named) ?? named) == home
    {
      return true
    }
    return ["shared/\(fileName)", "config.yaml", "SOUL.md"].contains {
      FileSystem.exists(FileSystem.joined(root, $0))
    }
  }
}
