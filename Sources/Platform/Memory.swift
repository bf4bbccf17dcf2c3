import CSystem

/// How the process gets its memory.
package enum Memory {
  /// For programs that run long and have much under way: fewer, larger requests to the system.
  package static func takeInSteps() { csystem_take_memory_in_steps() }
}
