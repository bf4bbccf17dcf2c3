import JSONText

/// One line of `doctor`.
struct Finding {
  enum Level: String {
    case ok, warning, error

    /// Beside the colour, so that it is told without one.
    var mark: String {
      switch self {
      case .ok: "ok"
      case .warning: "! "
      case .error: "x "
      }
    }
  }

  var level: Level
  /// What was looked at, for example `database`.
  var check: String
  var message: String
  var remedy: String?

  init(_ level: Level, _ check: String, _ message: String, remedy: String? = nil) {
    self.level = level
    self.check = check
    self.message = message
    self.remedy = remedy
  }

  init(_ complaint: Complaint, check: String) {
    let place = complaint.place.map { " (\($0))" } ?? ""
    self.init(.error, check, complaint.what + place, remedy: complaint.remedy)
  }

  var json: JSONValue {
    [
      "check": .string(check), "level": .string(level.rawValue), "message": .string(message),
      "remedy": .optional(remedy),
    ]
  }

  func text(_ style: Style) -> String {
    let mark =
      switch level {
      case .ok: style.good(level.mark)
      case .warning: style.warning(level.mark)
      case .error: style.bad(level.mark)
      }
    let gap = String(repeating: " ", count: max(1, 13 - check.count))
    let margin = String(repeating: " ", count: 17)
    let lines = Sanitizer.text(message).split(separator: "\n", omittingEmptySubsequences: false)
    var text = "\(mark)  \(check)\(gap)" + lines.joined(separator: "\n\(margin)") + "\n"
    if let remedy { text += margin + "do: \(Sanitizer.line(remedy))\n" }
    return text
  }
}
