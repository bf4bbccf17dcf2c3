package import JSONText
import Platform

extension Session {
  /// Colours for stdout.
  package var style: Style {
    Style(isTerminal: program.terminal.output) { program.environment[$0] }
  }

  /// Columns to fit tables into; nil where stdout is no terminal.
  package var width: Int? {
    program.terminal.output ? max(40, program.terminal.width) : nil
  }

  /// Writes data to stdout.
  ///
  /// - Parameter bytes: As they are.
  /// - Throws: `Complaint` where stdout takes no more; silent when nobody reads it any longer.
  package func emit(_ bytes: [UInt8]) throws(Complaint) {
    switch program.writeOutput(bytes) {
    case .written: return
    case .closed: throw Complaint(.success, "")
    case .failed(let number):
      throw Complaint(.inputOutput, "cannot write to stdout: \(SystemError.text(number))")
    }
  }

  package func emit(_ text: String) throws(Complaint) { try emit(Array(text.utf8)) }

  /// Writes one JSON value and a line feed.
  package func emit(
    _ value: JSONValue, style: JSONWriter.Style = .compact
  ) throws(Complaint) {
    try emit(JSONOutput.bytes(value, style: style))
  }

  /// Writes one JSON object a line.
  package func emitLines(_ values: [JSONValue]) throws(Complaint) {
    var bytes: [UInt8] = []
    for value in values { bytes += JSONOutput.bytes(value) }
    if !bytes.isEmpty { try emit(bytes) }
  }

  /// Says something on stderr that is no data: progress and hints. Nothing with `--quiet`.
  package func note(_ text: String) {
    guard !invocation.isQuiet else { return }
    // A worker says something of every job: one text, one line end, one write.
    _ = program.writeErrors(Array(Sanitizer.text(text).utf8) + [0x0A])
  }

  /// Says on stderr what went wrong though the command goes on; `--quiet` does not hide it.
  package func warn(_ complaint: Complaint) {
    _ = program.writeErrors(Array(complaint.text.utf8))
  }
}
