/// How the program ends. The numbers are a promise; a shell script may tell the cases apart.
package enum ExitCode: Int32, CaseIterable, Sendable, Hashable {
  case success = 0
  /// The job failed, or one of several.
  case jobFailed = 1
  /// The command line is wrong.
  case usage = 64
  /// The input data is wrong.
  case badData = 65
  /// No such job, or no such input file.
  case noInput = 66
  /// A provider or the database cannot be reached.
  case unavailable = 69
  /// A bug of ours.
  case bug = 70
  /// Something that should be created is there already, or cannot be.
  case cannotCreate = 73
  /// I/O error, disk full, corrupt database.
  case inputOutput = 74
  /// Try again: a wait timed out, the database was busy.
  case temporary = 75
  /// Not allowed; also a secret file that others can read.
  case permission = 77
  /// Configuration error, or a database of a newer version.
  case configuration = 78
  case interrupted = 130
  case terminated = 143
}

extension ExitCode {
  /// The meaning in a few words, for help.
  package var phrase: String {
    switch self {
    case .success: "done"
    case .jobFailed: "the job failed"
    case .usage: "wrong usage"
    case .badData: "bad input data"
    case .noInput: "no such job or input file"
    case .unavailable: "provider or database unavailable"
    case .bug: "a bug in auxq"
    case .cannotCreate: "cannot create"
    case .inputOutput: "I/O error, disk full, corrupt database"
    case .temporary: "temporary: wait timed out, database busy"
    case .permission: "permission denied, or a secret file that others can read"
    case .configuration: "configuration error or newer schema"
    case .interrupted: "interrupted"
    case .terminated: "terminated"
    }
  }
}
