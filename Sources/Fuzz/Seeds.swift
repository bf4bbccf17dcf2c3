import Calls
import ClassRows
import Fallback
import Foundation

/// Every known failure and reply as a file of the first corpus.
enum Seeds {
  static func write(to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let rows = ClassificationRows.all + ClassificationVariants.all + ReportedFailures.all
    for (number, row) in rows.enumerated() {
      func header(_ name: String) -> String {
        row.headers.last { $0.name.lowercased() == name }?.value ?? ""
      }
      let line = [
        row.provider, row.status.map(String.init) ?? "", row.fault?.rawValue ?? "",
        header("retry-after"), header("content-type"),
      ].joined(separator: "|")
      try Data((line + "\n" + row.body).utf8)
        .write(to: URL(fileURLWithPath: "\(folder)/row-\(number)"))
    }
    print("\(rows.count) seeds")
  }
}
