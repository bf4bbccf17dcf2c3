/// The text of a statement that is prepared once per connection. Each lies beside the code that
/// runs it.
///
/// Predicates of partial indexes are literals: with bound values the planner ignores the index.
///
/// `INSERT OR FAIL … SELECT` of a single row, not `INSERT … SELECT`: SQLite would copy every page that
/// the statement changes, to be able to undo it alone. Whatever fails undoes the whole transaction.
@safe struct Query: Sendable, ExpressibleByStringLiteral {
  private let text: StaticString

  init(stringLiteral text: StaticString) { self.text = text }

  /// The address of the literal: the same for every use of one query.
  var key: UInt { unsafe UInt(bitPattern: text.utf8Start) }

  var sql: String { text.description }
}

extension Query {
  static let begin: Query = "BEGIN IMMEDIATE"
  static let beginReading: Query = "BEGIN"
  static let commit: Query = "COMMIT"
}
