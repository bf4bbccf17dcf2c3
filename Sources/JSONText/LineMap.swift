/// Turns offsets of a text into lines and columns. Lines end with LF, CRLF or a lone CR.
package struct LineMap: Sendable {
  private let bytes: [UInt8]
  /// Offsets at which lines begin, in order.
  private let starts: [Int]

  /// Indexes a text; linear in its length.
  ///
  /// - Parameter bytes: The text, best as UTF-8.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts = [0]
    var previous: UInt8 = 0
    for (offset, byte) in bytes.enumerated() {
      if byte == Byte.lineFeed, previous == Byte.carriageReturn {
        starts[starts.count - 1] = offset + 1
      } else if byte == Byte.lineFeed || byte == Byte.carriageReturn {
        starts.append(offset + 1)
      }
      previous = byte
    }
    self.starts = starts
  }

  /// Finds a place.
  ///
  /// - Parameter offset: Clamped to the text.
  /// - Returns: Line and column from 1; the column counts Unicode scalars, a byte order mark not.
  /// - Complexity: Logarithmic in the lines, linear in the length of the one line.
  package func position(at offset: Int) -> (line: Int, column: Int) {
    let offset = min(max(offset, 0), bytes.count)
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    var from = starts[low]
    if from == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { from = min(3, offset) }
    let column = bytes[from..<offset].count { $0 & 0xC0 != 0x80 }
    return (low + 1, column + 1)
  }

  /// Finds one place in a text that is not kept: nothing is indexed.
  ///
  /// - Parameters:
  ///   - offset: Clamped to the text.
  ///   - bytes: The text, best as UTF-8.
  /// - Returns: As `position(at:)` has it.
  package static func position(at offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
    let offset = min(max(offset, 0), bytes.count)
    var line = 1
    var start = 0
    for index in 0..<offset {
      let isEnd =
        bytes[index] == Byte.lineFeed
        || (bytes[index] == Byte.carriageReturn
          && (index + 1 >= bytes.count || bytes[index + 1] != Byte.lineFeed))
      if isEnd { (line, start) = (line + 1, index + 1) }
    }
    if start == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { start = min(3, offset) }
    let column = bytes[start..<offset].count { $0 & 0xC0 != 0x80 }
    return (line, column + 1)
  }
}
