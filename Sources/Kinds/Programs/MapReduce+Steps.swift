/// The requests for parts and merges, and how many are to come.
extension MapReduce {
  /// What is under way and what will follow if nothing has to be asked again.
  var forecast: Forecast? {
    let pending = waiting.count
    var merges = 0
    var width = items.count
    let fanIn = prompts.definition.chunking.fanIn
    while width > 1 || (level == 0 && merges == 0 && !isWhole) {
      width = (width + fanIn - 1) / fanIn
      merges += width
    }
    guard pending + merges > 1 else { return nil }
    let merged = min(sizes.usable, fanIn * sizes.partWords * 2)
    return Forecast(
      calls: pending + merges, inputTokens: pendingTokens + merges * merged,
      outputTokens: pending * sizes.partWords * 2 + merges * sizes.targetWords * 2)
  }

  func label(of index: Int) -> String {
    if isWhole { return "the text" }
    return level == 0
      ? "part \(index + 1) of \(items.count)" : "merge \(index + 1) of \(items.count)"
  }

  func step(for index: Int) -> Step {
    switch items[index].work {
    case .chunk(let chunk):
      isWhole ? wholeStep() : mapStep(chunk, index)
    case .group(let texts): reduceStep(texts, index)
    }
  }

  /// Asked again, a step must not be answered by what was stored the first time.
  func again(_ index: Int) -> [String] { items[index].tries > 0 ? ["again"] : [] }

  func wholeStep() -> Step {
    let text = String(decoding: wholeText, as: UTF8.self)
    var values = wholeValues
    values["target_words"] = String(sizes.targetWords)
    return prompts.step(
      wholeRole, key: [text, wholeValues["previous"] ?? ""], label: label(of: 0),
      messages: prompts.opening(wholeRole, data: text, values), outputTokens: sizes.outputTokens,
      isSplittable: true, isCheckpoint: true)
  }

  func mapStep(_ chunk: Chunk, _ index: Int) -> Step {
    let text = UTF8Text.string(text, chunk.range)
    let breadcrumb = chunk.breadcrumb.joined(separator: " › ")
    let values = [
      "part": String(index + 1), "parts": String(items.count), "breadcrumb": breadcrumb,
      "part_words": String(sizes.partWords),
    ]
    return prompts.step(
      .map, key: [text, breadcrumb] + again(index), label: label(of: index),
      messages: prompts.opening(.map, data: text, values), outputTokens: sizes.outputTokens,
      isSplittable: true, isCheckpoint: true)
  }

  func reduceStep(_ texts: [String], _ index: Int) -> Step {
    let isLast = items.count == 1
    let words = isLast ? sizes.targetWords : max(sizes.partWords, sizes.targetWords)
    let data = texts.enumerated().map { "[\($0.offset + 1)]\n\($0.element)" }.joined(
      separator: "\n\n")
    let values = ["parts": String(texts.count), "target_words": String(words)]
    return prompts.step(
      .reduce, key: [data, String(words)] + again(index), label: label(of: index),
      messages: prompts.opening(.reduce, data: data, values), outputTokens: sizes.outputTokens,
      isSplittable: texts.count > 1, isCheckpoint: true)
  }
}
