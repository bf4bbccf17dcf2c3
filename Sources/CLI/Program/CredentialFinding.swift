/// What `doctor` can say about a provider's key without using it.
package struct CredentialFinding: Sendable, Hashable {
  package enum State: Sendable, Hashable {
    /// `source` names the variable, file or store that has it.
    case found(source: String)
    /// `remedy` is the next step.
    case missing(remedy: String)
    /// The provider is asked without one.
    case notNeeded
    /// A source is there and cannot be used: open to others, broken.
    case unusable(Complaint)
  }

  package var provider: String
  package var state: State

  package init(provider: String, state: State) {
    self.provider = provider
    self.state = state
  }
}
