import Calls
import Configuration
import Credentials
import Fallback
import JSONText
import Kinds
import Platform
import Queue
import Worker

extension Serving {
  /// `chain`: the routes in order, each in or out and why; or, with suppositions, the calls that would
  /// follow. Nothing is sent.
  ///
  /// - Parameters:
  ///   - options: As asked for.
  ///   - session: Whose files and streams.
  /// - Returns: 0.
  /// - Throws: `Complaint`.
  package func chain(_ options: ChainOptions, _ session: Session) throws(Complaint) -> ExitCode {
    if let kind = options.kind {
      do throws(KindError) {
        _ = try session.catalog().definition(named: kind)
      } catch {
        throw Complaint(error)
      }
    }
    let store = try session.existingStore(.read)
    defer { store?.close() }
    let engine = try engine(session, store ?? NoStore())
    let found = engine.resolve(
      kind: options.kind ?? "", provider: options.provider, model: options.model)
    guard let configured = found.plan else {
      throw Complaint(
        .configuration, "there is no chain: \(found.problem.map(RouteWording.text) ?? "unknown")",
        remedy: "auxq config check")
    }
    // What providers have said about their windows counts for jobs too.
    let plan = configured.applying((try? engine.store.lessons()) ?? [])
    if let suppositions = options.suppositions {
      try supposed(suppositions, plan, engine, options, session)
    } else {
      try routes(found, plan, configured, engine, options, session)
    }
    return .success
  }

  private func routes(
    _ found: PlanResolution, _ plan: Plan, _ configured: Plan, _ engine: Engine,
    _ options: ChainOptions, _ session: Session
  ) throws(Complaint) {
    let standings = found.notes.map { RouteStanding($0, plan, configured, engine) }
    if options.wantsJSON {
      try session.emit([
        "kind": .optional(options.kind), "mode": .string(plan.mode.rawValue),
        "builtin": .string(found.builtin.rawValue),
        "routes": .array(standings.map(\.json)),
      ])
      return
    }
    if standings.isEmpty {
      try session.emit("no provider is configured\n")
      session.note(
        found.builtin == .never
          ? "auxq: nothing can serve; put a provider into the configuration: auxq config init"
          : "auxq: the built-in engine serves summarise and title; for a model: auxq config init")
      return
    }
    var table = Table([
      Table.Column(title: "#", isRightAligned: true), Table.Column(title: "PROVIDER"),
      Table.Column(title: "MODEL", limit: 40), Table.Column(title: "FROM"),
      Table.Column(title: "STATE"), Table.Column(title: "CONTEXT"),
      Table.Column(title: "KEY OR REASON"),
    ])
    for (index, row) in standings.enumerated() {
      table.add(
        "\(index + 1)", row.note.provider, row.note.model ?? "-", row.note.origin.rawValue,
        row.isIn ? "in" : "out", row.contextWords, row.words(session.program.now()))
    }
    try session.emit(table.text(style: session.style, width: session.width))
  }

  private func supposed(
    _ suppositions: [Supposition], _ plan: Plan, _ engine: Engine, _ options: ChainOptions,
    _ session: Session
  ) throws(Complaint) {
    var answers: [String: [DryRun.Answer]] = [:]
    var refreshing: [String: Set<DryRun.Refreshing>] = [:]
    for one in suppositions {
      let name = engine.settings.canonicalProvider(one.provider) ?? one.provider
      guard plan.routes.contains(where: { $0.provider == name }) else {
        throw Complaint(
          .usage, "\(one.provider) is not in the chain", remedy: "auxq chain shows what is")
      }
      switch one.answer {
      case .status(let status): answers[name, default: []].append(.status(status))
      case .fault(let fault): answers[name, default: []].append(.fault(fault))
      case .failure(let failure): answers[name, default: []].append(.failure(failure))
      case .refresh: refreshing[name, default: []].insert(.renews)
      case .paid: refreshing[name, default: []].formUnion([.isPaid, .renews])
      case .models: refreshing[name, default: []].insert(.recommends)
      }
    }
    let start = session.program.now()
    let (calls, skips, outcome) = DryRun(
      plan: plan, answers: answers, refreshing: refreshing
    )
    .play(StepFacts(), source: engine.pools, start: start)
    let record = AttemptRecord(
      number: 1, worker: "", path: .async, outcome: nil, startedAt: start, finishedAt: nil,
      trace: [])
    let story = AttemptStory(record: record, calls: calls, skips: skips)
    let screen = WhatIfScreen(story: story, outcome: outcome, start: start)
    if options.wantsJSON { return try session.emit(screen.json) }
    try session.emit(screen.text(style: session.style, width: session.width))
  }
}
