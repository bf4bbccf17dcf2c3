import Glibc
import Platform
import Queue

/// What a process was doing when it died.
enum Phase: UInt8, CaseIterable, Hashable {
  case starting = 0
  case idle
  /// It held at least one job.
  case jobRunning
  /// Between the first write of a commit to the WAL and its return.
  case insideCommit

  var text: String {
    switch self {
    case .starting: "starting"
    case .idle: "idle"
    case .jobRunning: "job running"
    case .insideCommit: "inside a commit"
    }
  }
}

/// What a child writes down outside of the queue, so that its death takes nothing along. Written with
/// one `write` a line: what the kernel has taken survives the process.
final class ChildNotes: Sendable {
  private let log: FileDescriptor
  private let phaseFile: FileDescriptor

  init(_ files: String) throws(FileError) {
    log = try FileDescriptor.open(files + ".log", O_WRONLY | O_CREAT | O_APPEND)
    phaseFile = try FileDescriptor.open(files + ".phase", O_WRONLY | O_CREAT)
  }

  /// For the disk's observer, which outlives no call.
  var phaseDescriptor: Int32 { phaseFile.raw }

  func set(_ phase: Phase) { Self.set(phase, on: phaseFile.raw) }

  static func set(_ phase: Phase, on descriptor: Int32) {
    var byte = phase.rawValue
    _ = pwrite(descriptor, &byte, 1, 0)
  }

  func write(_ note: Note) {
    let line = Array((note.line + "\n").utf8)
    _ = Glibc.write(log.raw, line, line.count)
  }
}

/// One line of a child.
enum Note: Equatable {
  /// Acknowledged: the job is stored.
  case stored(JobID)
  /// About to be made ready anew: from here on it may be.
  case willRetry(JobID)
  /// About to be removed.
  case willRemove(JobID)
  /// Acknowledged: this end of this attempt was accepted.
  case accepted(JobID, token: Int64, attempt: Int, end: End, result: String)
  /// A store error that has no place here.
  case failed(String)

  enum End: String {
    case succeeded, failed, dead, cancelled
    /// Not an end: the job goes on.
    case goesOn
  }

  var line: String {
    switch self {
    case .stored(let id): "E \(id)"
    case .willRetry(let id): "r \(id)"
    case .willRemove(let id): "d \(id)"
    case .accepted(let id, let token, let attempt, let end, let result):
      "S \(id) \(token) \(attempt) \(end.rawValue) \(result)"
    case .failed(let text): "! \(text)"
    }
  }

  init?(_ line: Substring) {
    let words = line.split(separator: " ")
    if words.first == "!" {
      self = .failed(String(line.dropFirst(2)))
      return
    }
    guard words.count >= 2, let id = JobID(words[1]) else { return nil }
    switch (words[0], words.count) {
    case ("E", 2): self = .stored(id)
    case ("r", 2): self = .willRetry(id)
    case ("d", 2): self = .willRemove(id)
    case ("S", 6):
      guard let token = Int64(words[2]), let attempt = Int(words[3]),
        let end = End(rawValue: String(words[4]))
      else { return nil }
      self = .accepted(id, token: token, attempt: attempt, end: end, result: String(words[5]))
    default: return nil
    }
  }
}
