import Configuration
import Fallback
import Kinds
import Platform
import Queue
import Worker

/// Checks requests and turns them into jobs. What several jobs share is worked out once.
struct JobBuilder {
  private let session: Session
  private let catalog: KindCatalog
  private let settings: Settings
  private var kinds: [String: (definition: KindDefinition, stored: StoredDefinition)] = [:]
  private var modes: [[String?]: Plan.Mode] = [:]

  init(_ session: Session) throws(Complaint) {
    self.session = session
    catalog = session.catalog()
    settings = try session.settings(catalog)
  }

  /// All jobs, or a complaint about every request that cannot be one.
  ///
  /// - Parameter requests: In the order in which they are to be stored.
  /// - Returns: One job for each.
  /// - Throws: `Complaint`; nothing is to be stored then.
  mutating func jobs(_ requests: [JobRequest]) throws(Complaint) -> [NewJob] {
    var jobs: [NewJob] = []
    var complaints: [Complaint] = []
    for request in requests {
      do throws(Complaint) {
        jobs.append(try job(request))
      } catch {
        complaints.append(placed(error, request))
      }
    }
    if complaints.isEmpty { return jobs }
    if requests.count == 1 { throw complaints[0] }
    let count = "\(complaints.count) of \(Quantity.counted(requests.count, "job"))"
    throw .several(
      complaints, summary: "\(count) \(complaints.count == 1 ? "is" : "are") bad; nothing is queued"
    )
  }

  /// A bad line of a batch is bad data, whatever it would be on the command line.
  private func placed(_ complaint: Complaint, _ request: JobRequest) -> Complaint {
    guard request.isFromBatch else { return complaint }
    var complaint = complaint
    if complaint.place == nil { complaint.place = request.source }
    if complaint.exitCode != .configuration { complaint.exitCode = .badData }
    return complaint
  }

  /// The definition that jobs of a kind run by.
  mutating func definition(_ name: String?) throws(Complaint) -> KindDefinition {
    try kind(name).definition
  }

  private mutating func job(_ request: JobRequest) throws(Complaint) -> NewJob {
    let (definition, stored) = try kind(request.kind)
    let mode = try mode(definition.name, request)
    let variables = try expanded(request.variables, definition)
    let input = try PDFInput(session).text(of: request, definition)
    do throws(InputError) {
      try definition.validate(input: input, inputName: request.inputName, variables: variables)
    } catch {
      throw Complaint(error, in: request.source)
    }
    let options = JobOptions(
      provider: request.provider, model: request.model, variables: variables)
    let attempts = request.maxAttempts ?? definition.retry.attempts ?? settings.queue.maxAttempts
    return NewJob(
      kind: definition.name, queue: request.queue, priority: request.priority,
      runAt: request.runAt, maxAttempts: attempts, deadlineAfter: request.deadlineAfter,
      uniqueKey: request.uniqueKey, uniqueFor: request.uniqueFor, labels: request.labels,
      input: JobInput(
        name: request.inputName, bytes: input, sha256: SHA256.hex(input)),
      definition: stored, mode: mode, options: options.encoded(),
      plan: options.planName(kind: definition.name))
  }

  private mutating func kind(
    _ name: String?
  ) throws(Complaint) -> (definition: KindDefinition, stored: StoredDefinition) {
    guard let name else { throw Complaint(.badData, "kind is missing", remedy: "auxq kinds list") }
    if let known = kinds[name] { return known }
    do throws(KindError) {
      let definition = try catalog.definition(named: name)
      let stored = StoredDefinition(
        hash: definition.hash, version: definition.version, snapshot: definition.snapshot)
      kinds[name] = (definition, stored)
      return (definition, stored)
    } catch {
      throw Complaint(error)
    }
  }

  /// Where `--set schema=@file` stands, the file's text.
  private func expanded(
    _ variables: [String: String], _ definition: KindDefinition
  ) throws(Complaint) -> [String: String] {
    var variables = variables
    for variable in definition.variables where variable.type == .json {
      guard let value = variables[variable.name], value.hasPrefix("@") else { continue }
      let bytes = try InputReader(session: session).read(String(value.dropFirst()))
      variables[variable.name] = String(decoding: bytes, as: UTF8.self)
    }
    return variables
  }

  private mutating func mode(_ kind: String, _ request: JobRequest) throws(Complaint) -> Plan.Mode {
    let key = [kind, request.provider, request.model]
    if let known = modes[key] { return known }
    let resolution = settings.plan(
      for: kind, provider: request.provider, model: request.model,
      environment: session.program.environment)
    if let problem = resolution.problem {
      throw Complaint(problem, wasAsked: request.provider != nil)
    }
    let mode = resolution.plan?.mode ?? .auto
    modes[key] = mode
    return mode
  }
}
