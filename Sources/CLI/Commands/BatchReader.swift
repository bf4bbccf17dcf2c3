import Fallback
import JSONText

/// Reads jobs from NDJSON, one a line.
struct BatchReader {
  /// What the command line says; a line overrules it.
  let defaults: JobRequest
  /// The file, for complaints.
  let name: String
  let now: Milliseconds
  let zone: LocalZone
  /// What is wrong with the name of a kind; nil: nothing.
  let kindProblem: (String) -> String?

  /// All requests.
  ///
  /// - Parameter bytes: The whole file; empty lines count nothing.
  /// - Returns: In the order of the lines.
  /// - Throws: `Complaint`, exit code 65, naming every bad line.
  func requests(_ bytes: [UInt8]) throws(Complaint) -> [JobRequest] {
    var requests: [JobRequest] = []
    var complaints: [Complaint] = []
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
      do throws(Complaint) {
        requests.append(try request(Array(line), number: index + 1))
      } catch {
        complaints.append(error)
      }
    }
    guard complaints.isEmpty else {
      let count = Quantity.counted(complaints.count, "line")
      let summary = "\(count) of the batch \(complaints.count == 1 ? "is" : "are") bad"
      throw .several(complaints, summary: summary + "; nothing is queued")
    }
    return requests
  }

  private func request(_ line: [UInt8], number: Int) throws(Complaint) -> JobRequest {
    let place = "\(name):\(number)"
    let node: JSONNode
    do throws(JSONError) {
      node = try JSONNode.parse(line)
    } catch {
      throw Complaint(.badData, "no JSON: \(error.code.phrase)", at: "\(place):\(error.column)")
    }
    guard let members = node.members else {
      throw Complaint(.badData, "a JSON object is needed, not \(node.kindName)", at: place)
    }
    if let twice = node.duplicateKeys.first {
      throw Complaint(.badData, "“\(twice.key)” stands there twice", at: place)
    }
    var request = defaults
    request.source = place
    request.isFromBatch = true
    var reader = BatchLine(request: request, line: line, now: now, zone: zone)
    do throws(BatchLine.Problems) {
      try reader.read(members, kindProblem: kindProblem)
    } catch {
      throw Complaint(.badData, error.messages.joined(separator: "; "), at: place)
    }
    return reader.request
  }
}
