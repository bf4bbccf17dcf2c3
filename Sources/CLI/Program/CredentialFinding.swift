/// What `doctor` can say about a provider's keys without using them.
package struct CredentialFinding: Sendable, Hashable {
  package enum State: Sendable, Hashable {
    /// `source` names the variables, files or labels that have one.
    case found(source: String)
    /// `remedy` is the next step.
    case missing(remedy: String)
    /// The provider is asked without one.
    case notNeeded
    /// A source is there and cannot be used: open to others, broken.
    case unusable(Complaint)
    /// One of several, or one that comes back by itself, in the words of `auth list`.
    case benched(String, remedy: String?)
    /// None is left that could be asked with, and none comes back by itself.
    case refused(String, remedy: String?)
  }

  package var provider: String
  package var state: State

  package init(provider: String, state: State) {
    self.provider = provider
    self.state = state
  }
}
