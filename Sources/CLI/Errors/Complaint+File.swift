package import Platform

/// What a file was needed for; the same refusal means different things.
package enum FilePurpose: Sendable, Hashable {
  case input
  case output
  /// Holds keys.
  case secret
  case configuration
}

extension ExitCode {
  package init(_ code: FileError.Code, for purpose: FilePurpose) {
    self =
      switch code {
      case .notFound, .isDirectory, .notDirectory, .notRegular:
        switch purpose {
        case .input: .noInput
        case .output: .cannotCreate
        case .secret, .configuration: .configuration
        }
      case .permission, .looseMode, .foreignOwner: .permission
      case .exists: .cannotCreate
      case .readOnly: purpose == .output ? .cannotCreate : .permission
      case .tooLarge: purpose == .input ? .badData : .configuration
      case .noSpace, .io: .inputOutput
      case .locked: .temporary
      }
  }
}

extension Complaint {
  /// A refusal of the system in words.
  package init(_ error: FileError, for purpose: FilePurpose) {
    let path = error.path == "-" ? "stdin" : error.path
    self.init(
      ExitCode(error.code, for: purpose), "cannot \(error.operation) \(path): \(error.message)",
      remedy: Complaint.fileRemedy(error, purpose))
  }

  private static func fileRemedy(_ error: FileError, _ purpose: FilePurpose) -> String? {
    let path = ShellWord.quoted(error.path)
    switch error.code {
    case .looseMode: return "chmod 600 \(path)"
    case .foreignOwner: return "sudo chown \"$(id -un)\" \(path)"
    case .isDirectory where purpose == .input: return "name the files: \(path)/*"
    case .noSpace: return "free space there, then try again"
    case .locked: return "try again"
    case .exists: return "remove it first, or choose another name"
    case .notFound, .permission, .isDirectory, .notDirectory, .readOnly, .tooLarge, .notRegular,
      .io:
      return nil
    }
  }
}

/// Words of a shell command.
enum ShellWord {
  /// A word that a shell reads back as it is.
  static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "_-./:@%+=,".utf8.contains(byte)
      }
    }
    guard !isPlain || word.isEmpty else { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
