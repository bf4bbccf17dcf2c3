/// A request as it arrived.
package struct SimulatedRequest: Sendable {
  package var method: String
  package var path: String
  /// Names as they came, in the order received.
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]
  /// The request line and headers as they came.
  package var head: [UInt8]
  /// Counts the connections from 1; two requests with the same number came over the same one.
  package var connection: Int
  /// When it had arrived whole, by the monotonic clock.
  package var milliseconds: Int64

  package var text: String { String(decoding: body, as: UTF8.self) }

  /// The value of a header, whatever the case of its name.
  package func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// Reads the head of a request; nil when it is none.
  init?(head: ArraySlice<UInt8>, connection: Int) {
    var lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")[...]
    guard let first = lines.popFirst() else { return nil }
    let words = first.split(separator: " ")
    guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return nil }
    method = String(words[0])
    path = String(words[1])
    headers = lines.compactMap { line in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      return (String(line[..<colon]), String(value))
    }
    body = []
    self.head = Array(head)
    self.connection = connection
    milliseconds = 0
  }
}
