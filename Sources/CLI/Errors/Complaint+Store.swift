package import Queue

extension ExitCode {
  /// How a command ends that the store refused.
  package init(_ code: StoreError.Code) {
    self =
      switch code {
      case .busy: .temporary
      case .full, .corrupt, .io, .replaced, .unknownOutcome: .inputOutput
      case .readOnly, .permission: .permission
      case .foreign, .newerSchema, .olderSchema: .configuration
      case .cannotOpen, .empty: .unavailable
      case .exists: .cannotCreate
      case .closed, .constraint, .bug: .bug
      }
  }
}

extension Complaint {
  /// A refusal of the store in words.
  package init(_ error: StoreError) {
    let (what, remedy) = Complaint.words(error)
    // The database's own words help only where ours are general.
    let detail = error.message.isEmpty ? "" : " (\(error.message))"
    self.init(ExitCode(error.code), what + detail, at: error.path, remedy: remedy)
  }

  private static func words(_ error: StoreError) -> (what: String, remedy: String) {
    switch error.code {
    case .busy:
      ("the queue database is busy", "try again; another process holds its write lock")
    case .full: ("no space left for the queue database", "free space there, then try again")
    case .readOnly:
      ("the queue database is read-only", "make it writable, or choose another with --database")
    case .corrupt: ("the queue database is damaged", "auxq db check; then restore a backup")
    case .foreign:
      (
        "this file is not an auxq queue database",
        "choose another with --database or AUXQ_DATABASE; the file was left as it is"
      )
    case .newerSchema:
      ("the queue database was written by a newer auxq", "use that version, or update this one")
    case .olderSchema:
      (
        "the queue database was written by an older auxq and cannot be brought up to date here",
        "make it writable, then: auxq db migrate"
      )
    case .empty: ("nothing is stored in the queue database yet", "auxq enqueue KIND")
    case .exists: ("a file is there already", "choose another name")
    case .permission:
      ("no permission for the queue database", "check owner and mode of the file and its folder")
    case .cannotOpen:
      ("the queue database cannot be opened", "check the path: auxq config path --json")
    case .io: ("reading or writing the queue database failed", "check the disk; auxq doctor")
    case .replaced:
      ("the queue database was replaced or deleted while in use", "start the command again")
    case .unknownOutcome:
      (
        "a commit failed, and whether it is stored is not known",
        "look before doing it again: auxq list"
      )
    case .closed: ("the queue database is closed already", "report this as a bug")
    case .constraint, .bug:
      ("the queue database refused a statement", "report this as a bug, with auxq version")
    }
  }
}
