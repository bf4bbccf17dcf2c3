import Fallback

/// Failures as their users report them, wording by wording; beside `ClassificationRows`, which holds
/// what must come out right.
package enum ReportedFailures {
  package static let all =
    vendors + routers + others + furtherVendors + furtherRouters + furtherOthers
}
