/// Why the store could not do something. Never holds bound values, inputs or secrets.
package struct StoreError: Error, Sendable, Hashable {
  package enum Code: Sendable, Hashable {
    /// Another process held the write lock for longer than the limit.
    case busy
    /// Disk or quota is full.
    case full
    case readOnly
    /// The file is damaged.
    case corrupt
    /// Not a SQLite file, or not one of ours.
    case foreign
    /// Written by a newer auxq.
    case newerSchema
    /// Written by an older auxq, and it could not be brought up to date here.
    case olderSchema
    /// Nothing is stored in it yet.
    case empty
    /// Something is there that must not be overwritten.
    case exists
    case permission
    /// The file or its folder is not there and may not be made.
    case cannotOpen
    case io
    /// The file was replaced or deleted while it was open.
    case replaced
    /// A commit failed in a way that leaves open whether it is stored.
    case unknownOutcome
    case closed
    /// A value that the schema refuses: a bug, or bad data from outside.
    case constraint
    case bug
  }

  package var code: Code
  /// What the database said.
  package var message: String
  /// Path of the database.
  package var path: String
  /// The statement, without values.
  package var statement: String?

  package init(_ code: Code, message: String, path: String, statement: String? = nil) {
    self.code = code
    self.message = message
    self.path = path
    self.statement = statement
  }
}
