import Foundation

/// Starts the program for nothing: what every command pays before it does anything.
struct StartBenchmark {
  var program: String
  var runs = 25

  func report() throws {
    for arguments in [["--help"], ["version"]] {
      var walls: [Double] = []
      for _ in 0..<runs {
        walls.append(try run(program, arguments, environment: [:]).wallSeconds * 1_000)
      }
      print(
        "start: auxq \(arguments.joined(separator: " ")), ms, median of \(runs): \(Spread(values: walls))"
      )
    }
  }
}
