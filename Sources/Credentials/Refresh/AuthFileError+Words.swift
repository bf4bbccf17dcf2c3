import Platform

extension AuthFileError {
  /// What happened, for the record of a refresh.
  var words: String {
    switch self {
    case .unreadable(let error), .unwritable(let error): error.message
    case .broken(let path, let line, _, let what): "\(path):\(line): \(what)"
    case .newerVersion(let path, let version): "\(path) has version \(version), which is only read"
    case .locked(let path, _): "another process holds \(path)"
    case .changedMeanwhile(let path): "another program goes on changing \(path)"
    }
  }
}
