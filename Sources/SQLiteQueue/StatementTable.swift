/// Prepared statements by the address of their text. A dictionary's hashing would cost more than
/// binding the statement does.
@safe struct StatementTable {
  private var keys = [UInt](repeating: 0, count: 64)
  private var statements = unsafe [OpaquePointer?](repeating: nil, count: 64)
  private var count = 0

  /// Every statement that was added.
  var all: [OpaquePointer] { unsafe statements.compactMap { unsafe $0 } }

  func find(_ key: UInt) -> OpaquePointer? { unsafe statements[place(of: key)] }

  /// Adds a statement whose key is not there yet.
  mutating func add(_ statement: OpaquePointer, _ key: UInt) {
    if count * 2 >= keys.count { grow() }
    let place = place(of: key)
    keys[place] = key
    unsafe statements[place] = unsafe statement
    count += 1
  }

  /// Where a key lies, or the free place where it would.
  private func place(of key: UInt) -> Int {
    let mask = keys.count - 1
    // Neighbours differ in the bits above: texts are longer than 16 bytes.
    var place = Int(truncatingIfNeeded: key >> 4) & mask
    while keys[place] != 0, keys[place] != key { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let old = unsafe Array(zip(keys, statements))
    keys = [UInt](repeating: 0, count: keys.count * 2)
    unsafe statements = unsafe [OpaquePointer?](repeating: nil, count: keys.count)
    count = 0
    unsafe old.forEach { key, statement in
      if let statement = unsafe statement { unsafe add(statement, key) }
    }
  }
}
