import CSystem
import Glibc

/// What every process that holds secrets does first.
package enum Hardening {
  /// New files are for the owner only, nobody gets a core dump, a broken pipe or a file size limit
  /// is an ordinary error. Never fails: what the system refuses is left as it was.
  package static func apply() {
    umask(0o077)
    _ = csystem_forbid_core()
    _ = csystem_forbid_dumps()
    Signals.ignoreFaults()
  }

  /// Whether other processes of the user may look into this one's memory.
  package static var isDumpable: Bool { csystem_is_dumpable() != 0 }

  /// Lets the process open as many files as it is allowed to: one descriptor a call in flight.
  ///
  /// - Parameter wanted: No more than that.
  /// - Returns: The limit now; nil where the system does not say.
  @discardableResult
  package static func raiseOpenFileLimit(to wanted: Int = 65_536) -> Int? {
    let limit = csystem_raise_open_files(wanted)
    return limit < 0 ? nil : limit
  }
}
