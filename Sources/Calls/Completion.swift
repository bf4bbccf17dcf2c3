package import Fallback

/// One request for text, whatever the dialect. Parameters that are nil are not sent at all: some
/// models reject them.
package struct CompletionRequest: Sendable {
  /// A JSON array of chat messages, ready to be spliced into the body.
  package var messages: [UInt8]
  package var maxOutputTokens: Int?
  package var temperature: Double?
  /// A JSON Schema that the reply must fit, as JSON text.
  package var schema: [UInt8]?
  /// A reply cut by the output limit is accepted.
  package var allowsLength: Bool

  package init(
    messages: [UInt8], maxOutputTokens: Int? = nil, temperature: Double? = nil,
    schema: [UInt8]? = nil, allowsLength: Bool = false
  ) {
    self.messages = messages
    self.maxOutputTokens = maxOutputTokens
    self.temperature = temperature
    self.schema = schema
    self.allowsLength = allowsLength
  }
}

/// A complete, non-empty, error-free reply.
package struct Completion: Sendable, Hashable {
  /// Without reasoning and think tags.
  package var text: String
  package var finish: CompletionFacts.Finish
  package var inputTokens: Int?
  package var outputTokens: Int?
  package var requestID: String?
  /// The model that the provider says has answered.
  package var servedModel: String?

  package init(
    text: String, finish: CompletionFacts.Finish = .stop, inputTokens: Int? = nil,
    outputTokens: Int? = nil, requestID: String? = nil, servedModel: String? = nil
  ) {
    self.text = text
    self.finish = finish
    self.inputTokens = inputTokens
    self.outputTokens = outputTokens
    self.requestID = requestID
    self.servedModel = servedModel
  }
}
