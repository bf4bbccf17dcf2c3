import Glibc
import Synchronization

/// Names of which a look-up hangs as with a name server that never answers: all below
/// `stalled.test`.
///
/// libcurl finds this program's `getaddrinfo` before the C library's, so it needs no server and no
/// rights; every other name goes on to the C library.
enum StalledNames {
  private static let begun = Atomic(0)

  /// Look-ups that hang now: none ever comes back.
  static var count: Int { begun.load(ordering: .acquiring) }

  /// Hangs for far longer than any test goes on.
  fileprivate static func hang() {
    begun.add(1, ordering: .releasing)
    sleep(600)
  }

  fileprivate static func isOne(_ name: UnsafePointer<CChar>?) -> Bool {
    name.map { String(cString: $0).hasSuffix(".stalled.test") } ?? false
  }
}

private typealias LookUp =
  @convention(c) (
    UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<addrinfo>?,
    UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
  ) -> Int32

@_cdecl("getaddrinfo")
func interposedLookUp(
  _ name: UnsafePointer<CChar>?, _ service: UnsafePointer<CChar>?,
  _ hints: UnsafePointer<addrinfo>?,
  _ result: UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
) -> Int32 {
  if StalledNames.isOne(name) {
    StalledNames.hang()
    return EAI_AGAIN
  }
  // RTLD_NEXT: the one that this stands in front of.
  guard let next = dlsym(UnsafeMutableRawPointer(bitPattern: -1), "getaddrinfo") else {
    return EAI_SYSTEM
  }
  return unsafeBitCast(next, to: LookUp.self)(name, service, hints, result)
}
