import Glibc
import Platform

enum KillTestProgram {
  static func run(_ arguments: [String]) -> Int32 {
    if arguments.first == "child" {
      guard let orders = ChildOrders(Array(arguments.dropFirst())) else { return 64 }
      return Child.run(orders)
    }
    let options = KillOptions(arguments)
    do {
      var run = try KillRun(options)
      let report = try run.run()
      let text = options.isJSON ? report.json : report.text
      _ = StandardOutput.write(Array((text + "\n").utf8))
      return report.isClean ? 0 : 1
    } catch {
      _ = StandardError.write("KillTest: \(error)\n")
      return 70
    }
  }
}

/// What the test is asked to do.
struct KillOptions {
  var kills = 1_000
  var seed: UInt64 = 1
  var atOnce = 8
  /// Share of real `auxq` processes, of a hundred.
  var auxqPercent = 5
  var folder: String?
  var isJSON = false
  var hasPlantedBug = false

  init(_ arguments: [String]) {
    func value(_ name: String) -> String? {
      guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else {
        return nil
      }
      return arguments[index + 1]
    }
    kills = value("--kills").flatMap(Int.init) ?? kills
    seed = value("--seed").flatMap(UInt64.init) ?? seed
    atOnce = value("--at-once").flatMap(Int.init) ?? atOnce
    auxqPercent = value("--auxq").flatMap(Int.init) ?? auxqPercent
    folder = value("--folder")
    isJSON = arguments.contains("--json")
    hasPlantedBug = arguments.contains("--planted-bug")
  }
}

/// What one child is to do, as it stands in its arguments.
struct ChildOrders {
  enum Role: String, CaseIterable {
    case worker, enqueuer, canceller
  }

  /// Where a child kills itself; the parent kills the others from outside.
  enum Aim: Equatable {
    case none
    /// While it holds jobs, after so many claims.
    case running(claim: Int)
    /// At a call of the disk, from the first write to the WAL until the commit returns.
    case commit(number: Int, call: Int)

    init?(_ text: String) {
      let parts = text.split(separator: ":").map(String.init)
      let numbers = parts.dropFirst().compactMap(Int.init)
      switch (parts.first, numbers.count) {
      case ("none", 0): self = .none
      case ("running", 1): self = .running(claim: numbers[0])
      case ("commit", 2): self = .commit(number: numbers[0], call: numbers[1])
      default: return nil
      }
    }

    var text: String {
      switch self {
      case .none: "none"
      case .running(let claim): "running:\(claim)"
      case .commit(let number, let call): "commit:\(number):\(call)"
      }
    }
  }

  var role: Role
  var database: String
  /// Where it writes down what it does: `.log` and `.phase` are put behind.
  var files: String
  var seed: UInt64
  var aim: Aim
  var hasPlantedBug: Bool

  init(
    role: Role, database: String, files: String, seed: UInt64, aim: Aim, hasPlantedBug: Bool
  ) {
    self.role = role
    self.database = database
    self.files = files
    self.seed = seed
    self.aim = aim
    self.hasPlantedBug = hasPlantedBug
  }

  init?(_ arguments: [String]) {
    guard arguments.count == 6, let role = Role(rawValue: arguments[0]),
      let seed = UInt64(arguments[3]), let aim = Aim(arguments[4])
    else { return nil }
    self.init(
      role: role, database: arguments[1], files: arguments[2], seed: seed, aim: aim,
      hasPlantedBug: arguments[5] == "bug")
  }

  var arguments: [String] {
    ["child", role.rawValue, database, files, "\(seed)", aim.text, hasPlantedBug ? "bug" : "sound"]
  }
}
