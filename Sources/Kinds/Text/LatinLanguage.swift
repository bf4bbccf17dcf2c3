/// Tells languages in Latin script apart by their commonest words, where a text has enough of them.
enum LatinLanguage: String, CaseIterable {
  case english, german, french, spanish, italian, portuguese, dutch

  private var words: Set<String> {
    switch self {
    case .english:
      [
        "the", "and", "of", "to", "is", "that", "it", "was", "with", "for", "this", "not", "are",
        "be", "from", "have", "has", "which", "by", "you", "should", "were", "been", "will",
      ]
    case .german:
      [
        "der", "und", "das", "ist", "nicht", "mit", "ein", "eine", "den", "dem", "auf", "für",
        "wird", "wurde", "sich", "auch", "von", "zu", "bei", "oder", "dass", "ich", "wir", "sind",
      ]
    case .french:
      [
        "le", "les", "des", "est", "une", "dans", "pour", "que", "qui", "pas", "sur", "avec", "du",
        "et", "au", "sont", "cette", "nous", "vous", "être", "été", "ce", "aux", "par",
      ]
    case .spanish:
      [
        "el", "los", "las", "una", "para", "por", "con", "del", "que", "se", "es", "está", "como",
        "pero", "más", "fue", "son", "esta", "este", "hay", "y", "al", "ha", "sobre",
      ]
    case .italian:
      [
        "il", "che", "di", "è", "per", "una", "non", "con", "del", "della", "sono", "gli", "nel",
        "anche", "questo", "questa", "più", "ma", "dei", "alla", "stato", "ha", "si", "come",
      ]
    case .portuguese:
      [
        "o", "os", "que", "não", "uma", "para", "com", "do", "da", "em", "é", "por", "mais", "foi",
        "são", "ao", "dos", "das", "está", "também", "isso", "como", "mas", "na",
      ]
    case .dutch:
      [
        "de", "het", "een", "van", "en", "niet", "dat", "zijn", "voor", "met", "op", "wordt", "ook",
        "naar", "maar", "deze", "door", "aan", "bij", "werd", "te", "of", "als", "ik",
      ]
    }
  }

  private static let tables = allCases.map { ($0, $0.words) }

  /// - Returns: Nil where the text is too short or no language stands out.
  /// - Complexity: O(n), over the first 20,000 words.
  static func guess(_ text: String) -> LatinLanguage? {
    var counts = [LatinLanguage: Int]()
    for word in text.lowercased().split(whereSeparator: { !$0.isLetter }).prefix(20_000) {
      let word = String(word)
      for (language, words) in tables where words.contains(word) {
        counts[language, default: 0] += 1
      }
    }
    let ranked = counts.sorted { ($0.value, $0.key.rawValue) > ($1.value, $1.key.rawValue) }
    guard let first = ranked.first, first.value >= 8 else { return nil }
    let second = ranked.dropFirst().first?.value ?? 0
    return first.value >= second * 2 ? first.key : nil
  }
}

/// Whether a text is written in the language of others, as far as that shows.
struct LanguageMatch {
  private let scripts: Set<Script>
  private let language: LatinLanguage?

  /// - Parameter text: What the person wrote.
  init(of text: String) {
    scripts = ScriptShares(text).main
    language = LatinLanguage.guess(text)
  }

  /// - Parameter answer: Its headings and code do not count.
  /// - Returns: False only where another language shows clearly.
  func accepts(_ answer: String) -> Bool {
    let prose = Self.prose(of: answer)
    guard ScriptShares(prose).isWritten(in: scripts) else { return false }
    guard let language, let other = LatinLanguage.guess(prose) else { return true }
    return language == other
  }

  private static func prose(of answer: String) -> String {
    var isCode = false
    let lines = answer.split(separator: "\n").filter { line in
      if line.hasPrefix("```") { isCode.toggle() }
      return !isCode && !line.hasPrefix("#") && !line.hasPrefix("```")
    }
    return lines.joined(separator: "\n").split(separator: "`", omittingEmptySubsequences: false)
      .enumerated().filter { $0.offset % 2 == 0 }.map { String($0.element) }.joined(separator: " ")
  }
}
