import Configuration
import Credentials
import Fallback
import Worker

/// Finds the credential that a word means.
enum CredentialTarget {
  /// By id, then by label (capitals do not count), then by number.
  ///
  /// - Throws: `Complaint` where nothing or several are meant, with what there is.
  static func find(
    _ target: String, in rows: [CredentialRow], of provider: String
  ) throws(Complaint) -> CredentialRow {
    if let row = rows.first(where: { $0.listing.credential.id == target }) { return row }
    let named = rows.filter {
      $0.listing.credential.label.lowercased() == target.lowercased()
    }
    if named.count > 1 {
      throw Complaint(
        .usage,
        "\(named.count) credentials of \(provider) are labelled “\(target)”:\n"
          + lines(named), remedy: "name one by its id")
    }
    if let row = named.first ?? rows.first(where: { "\($0.index)" == target }) { return row }
    guard !rows.isEmpty else {
      throw Complaint(
        .usage, "\(provider) has no credential", remedy: "auxq auth add \(provider)")
    }
    throw Complaint(
      .usage, "\(provider) has no credential “\(target)”; there is\n" + lines(rows),
      remedy: "auxq auth list \(provider)")
  }

  private static func lines(_ rows: [CredentialRow]) -> String {
    rows.map { row in
      let credential = row.listing.credential
      return "  #\(row.index)  \(credential.id)  \(credential.label)  \(row.source)"
    }.joined(separator: "\n")
  }
}
