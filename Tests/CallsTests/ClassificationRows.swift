import Fallback

/// Failures as providers report them, in their own shapes.
enum ClassificationRows {
  static let all = vendors + routers + others + inside + general
}
