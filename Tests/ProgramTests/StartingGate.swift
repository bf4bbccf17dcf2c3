import Foundation
import Glibc

/// Holds processes back until all of them are to start at once.
final class StartingGate {
  private let path: String
  /// Both ends: nobody waits in `open`, and nobody sees the end of the file.
  private let descriptor: Int32
  private var waiting = 0

  init(_ home: AuxqHome) throws {
    path = home.folder.appendingPathComponent("gate-\(UUID().uuidString)").path
    guard mkfifo(path, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
    descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw CocoaError(.fileReadUnknown) }
  }

  deinit {
    close(descriptor)
    unlink(path)
  }

  /// A program that stands at the gate; one byte lets one pass.
  func start(_ arguments: [String], at home: AuxqHome, input: String? = nil) throws -> RunningAuxq {
    waiting += 1
    let line = #"dd if="$0" bs=1 count=1 of=/dev/null 2>/dev/null; exec "$@""#
    return try RunningAuxq(
      program: "/bin/sh", ["-c", line, path, AuxqProgram.path] + arguments, home: home, input: input
    )
  }

  /// Lets all of them go. Who is not there yet finds the gate open.
  func open() async {
    await pause(milliseconds: 50)
    _ = write(descriptor, String(repeating: "x", count: waiting), waiting)
  }
}
