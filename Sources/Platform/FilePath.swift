import Glibc

extension FileSystem {
  /// The path of the directory that holds a file; `.` for a bare name.
  package static func directory(of path: String) -> String {
    let trimmed = trimmingSlashes(path)
    guard let slash = trimmed.lastIndex(of: "/") else { return trimmed == "" ? "/" : "." }
    let parent = trimmingSlashes(String(trimmed[..<slash]))
    return parent.isEmpty ? "/" : parent
  }

  /// The last part of a path.
  package static func name(of path: String) -> String {
    let trimmed = trimmingSlashes(path)
    guard let slash = trimmed.lastIndex(of: "/") else { return trimmed }
    return String(trimmed[trimmed.index(after: slash)...])
  }

  /// Puts a name below a directory.
  package static func joined(_ directory: String, _ name: String) -> String {
    directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
  }

  private static func trimmingSlashes(_ path: String) -> String {
    var end = path.endIndex
    while end > path.startIndex, path[path.index(before: end)] == "/" {
      end = path.index(before: end)
    }
    return String(path[..<end])
  }

  /// Makes a path independent of the working directory. `.` and doubled slashes go; `..` stays,
  /// since what it means depends on symbolic links.
  ///
  /// - Parameter path: Absolute or relative.
  /// - Returns: An absolute path.
  package static func absolutePath(_ path: String) -> String {
    let whole = path.hasPrefix("/") ? path : joined(workingDirectory(), path)
    let parts = whole.split(separator: "/").filter { $0 != "." }
    return "/" + parts.joined(separator: "/")
  }

  /// The working directory; `/` where it was deleted.
  package static func workingDirectory() -> String {
    guard let text = unsafe getcwd(nil, 0) else { return "/" }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  /// The path with every symbolic link resolved.
  ///
  /// - Parameter path: Where.
  /// - Returns: The real path; nil where nothing is there.
  package static func resolvingLinks(_ path: String) -> String? {
    guard let text = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }
}

extension FileSystem {
  /// The user's home directory: `HOME`, else what the user database says.
  ///
  /// - Parameter environment: All variables.
  /// - Returns: An absolute path; nil where neither tells one.
  package static func homeDirectory(_ environment: [String: String]) -> String? {
    if let home = environment["HOME"], home.hasPrefix("/") { return home }
    var record = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16 << 10)
    let size = buffer.count
    guard unsafe getpwuid_r(geteuid(), &record, &buffer, size, &found) == 0,
      let entry = unsafe found, let home = unsafe entry.pointee.pw_dir
    else { return nil }
    return unsafe String(cString: home)
  }
}
