import Calls
import Fallback
import JSONText

/// `explain`.
enum ExplainCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    if let id = session.invocation.text("job").flatMap({ Int64($0) }) {
      return try ExplainJob(session: session, id: id).perform()
    }
    if let name = session.invocation.text("batch") {
      try ExplainBatch(session: session, name: name).perform()
      return .success
    }
    try single(session)
    return .success
  }

  private static func single(_ session: Session) throws(Complaint) {
    let line = session.invocation
    guard ["status", "body", "transport"].contains(where: { line.has($0) }) else {
      throw Complaint(
        .usage, "nothing to explain: name --status, --body or --transport",
        remedy: "auxq explain --help")
    }
    let now = session.program.now()
    let reply = try reply(session)
    let failure = reply.failure(now: now)
    if line.wantsJSON { return try session.emit(ExplainedReply.json(failure)) }
    try session.emit(
      ExplainScreen(failure: failure, fault: reply.reply.fault, style: session.style).text)
  }

  private static func reply(_ session: Session) throws(Complaint) -> ExplainedReply {
    let line = session.invocation
    var reply = ExplainedReply()
    reply.provider = line.text("provider") ?? ""
    reply.reply.status = line.integer("status").flatMap { $0 == 0 ? nil : $0 }
    reply.reply.fault = line.text("transport").flatMap { TransportFault(rawValue: $0) }
    for header in line.texts("header") { reply.reply.headers.append(try split(header)) }
    if let body = line.text("body") { reply.reply.body = try read(body, session) }
    return reply
  }

  private static func split(_ header: String) throws(Complaint) -> (name: String, value: String) {
    guard let colon = header.firstIndex(of: ":"), colon > header.startIndex else {
      throw Complaint(
        .usage, "--header is not of the form NAME:VALUE", remedy: "auxq explain --help")
    }
    let value = header[header.index(after: colon)...].drop { $0 == " " }
    return (header[..<colon].lowercased(), String(value))
  }

  private static func read(_ body: String, _ session: Session) throws(Complaint) -> [UInt8] {
    let reader = InputReader(session: session)
    if body == "-" { return try reader.read("-") }
    return body.hasPrefix("@") ? try reader.read(String(body.dropFirst())) : Array(body.utf8)
  }
}

/// `explain --batch`: a line in, a line out.
struct ExplainBatch {
  let session: Session
  let name: String

  /// Bytes of answers that are gathered before they are written.
  private static let chunk = 64 << 10

  func perform() throws(Complaint) {
    let input = try InputReader(session: session).read(name)
    let now = session.program.now()
    var output: [UInt8] = []
    var number = 0
    var rest = input[...]
    while !rest.isEmpty {
      number += 1
      let line = rest.prefix { $0 != 0x0A }
      rest = rest[line.endIndex...].dropFirst()
      guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
      do throws(ExplainedReply.Problem) {
        let failure = try ExplainedReply(line: Array(line)).failure(now: now)
        output += JSONOutput.bytes(ExplainedReply.json(failure))
      } catch {
        // What is known of the lines before it is not lost.
        try session.emit(output)
        let source = name == "-" ? "stdin" : name
        throw Complaint(.badData, error.message, at: "\(source):\(number)")
      }
      if output.count >= Self.chunk {
        try session.emit(output)
        output = []
      }
    }
    if !output.isEmpty { try session.emit(output) }
  }
}
