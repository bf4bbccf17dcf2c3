import Fallback

/// Failures as providers report them, in their own shapes.
package enum ClassificationRows {
  package static let all = vendors + routers + others + inside + general
}
