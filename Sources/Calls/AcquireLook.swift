package import Fallback

/// What one look at an order has come to. Only the event gets into the record: how long a call waited
/// for it is told by the event's time, so a replay needs to know nothing of the waiting.
package enum AcquireLook: Sendable {
  /// `acquired` or `unavailable`, and the places that only this call may ask until it is back.
  case event(Event, solePlaces: [MarkKey])
  /// Another call is just finding out what this one would have to find out.
  case wait(Suspense)
}

/// A wait for what another call of this process finds out.
package struct Suspense: Sendable {
  /// What is waited for, the same over several looks.
  package var subject: String
  /// Nobody waits longer than this.
  package var until: Milliseconds
  /// Cancelled as soon as it is known, or when the waiter gives up.
  package var end: Cancellation
  /// Counted for the waiting call, to be handed in with its next look.
  package var reserved: ReservedCredential?

  package init(subject: String, until: Milliseconds, end: Cancellation) {
    self.subject = subject
    self.until = until
    self.end = end
  }
}

/// By subject: since when one `acquire` has been waiting for it, in milliseconds.
package typealias Waited = [String: Milliseconds]

/// What a call uses until it is back.
package struct RouteUse: Sendable {
  package var route: Route
  package var acquisition: Acquisition
  /// Places that only this call may ask meanwhile.
  package var solePlaces: [MarkKey]

  package init(route: Route, acquisition: Acquisition, solePlaces: [MarkKey] = []) {
    self.route = route
    self.acquisition = acquisition
    self.solePlaces = solePlaces
  }
}

/// What an answer says about the credential that it was asked with.
package enum CredentialVerdict: Sendable, Hashable {
  /// It was let in, whatever became of the request.
  case accepted
  case refused
  /// It was refused, and a new secret for it is being fetched.
  case renewing
  /// The new secret is there: it is the one in the use now.
  case renewed(from: CredentialReference)

  /// nil: the answer does not tell.
  init?(_ answer: Answer) {
    guard let failure = answer.failure else {
      self = .accepted
      return
    }
    switch failure.scope {
    case .credential, .account, .credentialModel: self = .refused
    case .request, .model:
      guard answer.status != nil else { return nil }
      self = .accepted
    case .route: return nil
    }
  }
}

extension RefreshReport {
  /// The credential with its new secret, where there is one.
  var credential: CredentialReference? {
    switch outcome {
    case .renewed(let credential), .adopted(let credential): credential
    case .unchanged, .model, .paid, .failed: nil
    }
  }
}
