/// A key or token. It cannot be printed, interpolated into text by accident, or encoded: it has no
/// description of its content and is not `Codable`. Only the code that writes it to its destination
/// calls `withBytes`.
package struct Secret: Sendable, Hashable {
  private let bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }
  package init(_ text: String) { self.bytes = Array(text.utf8) }

  package var isEmpty: Bool { bytes.isEmpty }
  /// Length in bytes.
  package var count: Int { bytes.count }

  /// Lends the bytes to the one place that must have them: a header being written, a redactor
  /// learning what to hide.
  package func withBytes<Result, E: Error>(
    _ body: ([UInt8]) throws(E) -> Result
  ) throws(E) -> Result {
    try body(bytes)
  }

  /// Compares without telling by its time where the first difference lies.
  package static func == (left: Secret, right: Secret) -> Bool {
    guard left.bytes.count == right.bytes.count else { return false }
    var difference: UInt8 = 0
    for index in left.bytes.indices { difference |= left.bytes[index] ^ right.bytes[index] }
    return difference == 0
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "‹secret›" }
  package var debugDescription: String { "‹secret›" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
