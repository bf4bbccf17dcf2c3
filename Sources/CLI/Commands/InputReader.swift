import Kinds
import Platform

/// Reads what jobs are to work on.
struct InputReader {
  /// Bytes of one input at most; kinds have narrower limits of their own.
  static let limit = 256 << 20

  let session: Session

  /// One request for every input of the command line.
  ///
  /// - Parameter defaults: What the options say.
  /// - Returns: In the order of the command line.
  /// - Throws: `Complaint` about every input that cannot be read, and where stdin is a terminal.
  func requests(_ defaults: JobRequest) throws(Complaint) -> [JobRequest] {
    let names = session.invocation.arguments["INPUT"] ?? []
    guard names.count(where: { $0 == "-" }) <= 1 else {
      throw Complaint(.usage, "- may stand only once: stdin can be read only once")
    }
    if names.isEmpty, session.program.terminal.input {
      throw Complaint(
        .usage, "no input: name a file, or pipe text in",
        remedy: "\(session.invocation.command.title) --help")
    }
    var requests: [JobRequest] = []
    var complaints: [Complaint] = []
    for name in names.isEmpty ? ["-"] : names {
      do throws(Complaint) {
        requests.append(try request(defaults, name))
      } catch {
        complaints.append(error)
      }
    }
    if complaints.isEmpty { return requests }
    let count = complaints.count
    let unread = count == 1 ? "an input" : "\(count) inputs"
    if let kind = kindProblem(defaults.kind) {
      throw .several(
        [kind] + complaints, summary: "the kind is no good, and \(unread) cannot be read")
    }
    if count == 1 { throw complaints[0] }
    throw .several(complaints, summary: "\(unread) cannot be read")
  }

  /// Who corrects the input should not hear of the kind only then.
  private func kindProblem(_ name: String?) -> Complaint? {
    guard let name else { return nil }
    do throws(KindError) {
      _ = try session.catalog().definition(named: name)
      return nil
    } catch {
      return Complaint(error)
    }
  }

  private func request(
    _ defaults: JobRequest, _ name: String
  ) throws(Complaint) -> JobRequest {
    var request = defaults
    request.input = try read(name)
    request.inputName = name == "-" ? nil : name
    request.source = name == "-" ? "stdin" : name
    return request
  }

  /// A file, or stdin for `-`.
  func read(_ name: String) throws(Complaint) -> [UInt8] {
    do throws(FileError) {
      return name == "-"
        ? try session.program.readInput(InputReader.limit)
        : try FileSystem.read(name, limit: InputReader.limit)
    } catch {
      throw Complaint(error, for: .input)
    }
  }
}
