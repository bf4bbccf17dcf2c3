/// Finds what the person ruled, corrected or called off, sentence by sentence. Code copies these word
/// for word, since models drop exactly them: https://github.com/anthropics/claude-code/issues/19736
enum Directives {
  /// Longer sentences are pasted text more often than rules.
  private static let longest = 500
  private static let mostPerMessage = 16

  /// - Returns: Sentences in order, white space made single.
  /// - Complexity: O(n).
  static func found(in text: String) -> [String] {
    let bytes = Array(text.utf8)
    var found: [String] = []
    for block in BlockScanner.blocks(of: bytes) where block.kind != .fence && block.kind != .table {
      for range in Sentences.ranges(in: bytes, block.range) {
        for line in bytes[range].split(separator: 0x0A) {
          for part in parts(of: line) where part.count <= longest {
            let sentence = singleSpaced(String(decoding: part, as: UTF8.self))
            if isDirective(sentence) { found.append(sentence) }
          }
        }
      }
    }
    return Array(found.prefix(mostPerMessage))
  }

  /// Who writes everything small gets sentences too.
  private static func parts(of line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    guard line.count > 160 else { return [line] }
    var parts: [ArraySlice<UInt8>] = []
    var start = line.startIndex
    for index in line.indices.dropLast()
    where ".!?;".utf8.contains(line[index]) && isSpace(line[index + 1]) {
      parts.append(line[start...index])
      start = index + 1
    }
    return parts + [line[start...]]
  }

  static func singleSpaced(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A standing rule outlives a wish of the moment where there is no room for both.
  static func isStanding(_ sentence: String) -> Bool {
    let words = self.words(of: sentence)
    return words.contains(where: standing.contains)
      || standingParts.contains { sentence.contains($0) }
  }

  static func isDirective(_ sentence: String) -> Bool {
    guard sentence.utf8.count >= 6 else { return false }
    let words = self.words(of: sentence)
    if words.contains(where: { standing.contains($0) || passing.contains($0) }) { return true }
    if standingParts.contains(where: { sentence.contains($0) }) { return true }
    if passingParts.contains(where: { sentence.contains($0) }) { return true }
    let joined = " " + words.joined(separator: " ") + " "
    return phrases.contains { joined.contains($0) }
  }

  private static func words(of sentence: String) -> [String] {
    sentence.lowercased().replacing("’", with: "'").split { !$0.isLetter && $0 != "'" }
      .map(String.init)
  }

  private static let standing: Set<String> = [
    "never", "always", "must", "mustn't", "don't", "dont", "shouldn't", "cannot", "forbidden",
    "prohibited", "required", "mandatory", "avoid", "only", "ensure", "remember", "maximum",
    "nie", "niemals", "immer", "muss", "müssen", "darf", "dürfen", "nur", "verboten", "nicht",
    "jamais", "toujours", "doit", "devez", "interdit", "seulement", "nunca", "siempre", "debe",
    "debes", "solamente", "prohibido", "mai", "sempre", "deve", "soltanto", "nooit", "altijd",
    "moet", "никогда", "всегда", "нельзя", "должен", "должна", "должно", "только", "обязательно",
    "ніколи", "завжди", "أبدا", "أبداً", "دائما", "دائماً", "يجب", "לעולם", "תמיד", "חייב", "אסור",
  ]
  private static let passing: Set<String> = [
    "stop", "undo", "cancel", "cancelled", "revert", "instead", "actually", "wrong", "correction",
    "prefer", "rather", "abort", "scrap", "drop", "forget", "stattdessen", "stopp", "abbrechen",
    "rückgängig", "annule", "annulez", "plutôt", "arrête", "cancela", "deshaz", "annulla", "invece",
    "отмени", "отмена", "стоп", "вместо", "верни", "توقف", "ألغ", "עצור", "בטל", "במקום",
  ]
  private static let phrases = [
    " do not ", " does not have to ", " may not ", " should not ", " must not ", " no longer ",
    " make sure ", " from now on ", " at most ", " at least ", " no more than ", " never mind ",
    " changed my mind ", " not allowed ", " keep in mind ", " leave it ", " hold off ", " i want ",
    " i need ", " has to ", " have to ", " needs to ", " stick to ", " on no account ",
    " under no ",
    " without exception ", " go back to ", " that's not ", " wait ", " ne pas ", " no debes ",
    " auf keinen fall ", " nicht mehr ",
  ]
  private static let standingParts = [
    "不要", "不能", "不许", "不可", "必须", "必須", "禁止", "务必", "一定要", "总是", "永远", "绝不", "只能", "别再", "别用", "别动",
    "别改", "别删",
    "しないで", "してはいけ", "必ず", "常に", "絶対", "だけ", "하지 마", "하지마", "반드시", "항상", "절대", "안 됩니다", "ห้าม",
    "ต้อง", "मत", "हमेशा", "कभी",
  ]
  private static let passingParts = [
    "取消", "停止", "改成", "改为", "撤销", "而是", "不对", "やめ", "代わりに", "中止", "取り消", "취소", "대신", "멈춰", "ยกเลิก",
  ]
}
