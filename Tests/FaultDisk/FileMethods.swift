import CSQLite

/// The methods of an open file: the system's, with the disk asked before and told after.
enum FileMethods {
  /// Lives as long as the process.
  static var pointer: UnsafePointer<sqlite3_io_methods> { box.pointer }

  private struct Box: @unchecked Sendable {
    // Written once, before anybody reads it.
    let pointer: UnsafePointer<sqlite3_io_methods>
  }

  private static let box: Box = {
    let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    methods.initialize(to: sqlite3_io_methods())
    methods.pointee.iVersion = 2
    methods.pointee.xClose = closeFile
    methods.pointee.xRead = readFile
    methods.pointee.xWrite = writeFile
    methods.pointee.xTruncate = truncateFile
    methods.pointee.xSync = syncFile
    methods.pointee.xShmMap = mapFile
    addPassedOn(to: &methods.pointee)
    return Box(pointer: UnsafePointer(methods))
  }()

  /// What no disk has a say in.
  private static func addPassedOn(to methods: inout sqlite3_io_methods) {
    methods.xFileSize = { file, size in pass(file) { $0.xFileSize($1, size) } }
    methods.xLock = { file, level in pass(file) { $0.xLock($1, level) } }
    methods.xUnlock = { file, level in pass(file) { $0.xUnlock($1, level) } }
    methods.xCheckReservedLock = { file, result in
      pass(file) { $0.xCheckReservedLock($1, result) }
    }
    methods.xFileControl = { file, operation, argument in
      pass(file) { $0.xFileControl($1, operation, argument) }
    }
    methods.xSectorSize = { file in pass(file) { $0.xSectorSize($1) } }
    methods.xDeviceCharacteristics = { file in pass(file) { $0.xDeviceCharacteristics($1) } }
    methods.xShmLock = { file, offset, count, flags in
      pass(file) { $0.xShmLock($1, offset, count, flags) }
    }
    methods.xShmBarrier = { file in
      _ = pass(file) {
        $0.xShmBarrier($1); return SQLITE_OK
      }
    }
    methods.xShmUnmap = { file, deletes in pass(file) { $0.xShmUnmap($1, deletes) } }
  }
}

private typealias File = UnsafeMutablePointer<sqlite3_file>

/// Calls a method of the system's file.
private nonisolated func pass(
  _ file: File?, _ call: (sqlite3_io_methods, File) -> Int32
) -> Int32 {
  guard let file else { return SQLITE_MISUSE }
  let system = FileHeader.system(of: file)
  guard let methods = system.pointee.pMethods else { return SQLITE_MISUSE }
  return call(methods.pointee, system)
}

/// Asks the disk, calls the system, tells the disk.
private nonisolated func carryOut(
  _ call: Disk.Call, _ file: File?, record: (OnDisk) -> Void = { _ in },
  _ body: (sqlite3_io_methods, File) -> Int32
) -> Int32 {
  guard let file else { return SQLITE_MISUSE }
  let onDisk = FileHeader.onDisk(of: file).takeUnretainedValue()
  if let fault = onDisk.disk.fault(of: call) { return fault.code }
  onDisk.disk.observe(call, onDisk.name, isOver: false)
  let code = pass(file, body)
  if code == SQLITE_OK { record(onDisk) }
  onDisk.disk.observe(call, onDisk.name, isOver: true)
  return code
}

private nonisolated func closeFile(_ file: File?) -> Int32 {
  guard let file else { return SQLITE_MISUSE }
  let code = pass(file) { $0.xClose($1) }
  FileHeader.onDisk(of: file).release()
  file.pointee.pMethods = nil
  return code
}

private nonisolated func readFile(
  _ file: File?, _ bytes: UnsafeMutableRawPointer?, _ count: Int32, _ offset: Int64
) -> Int32 {
  carryOut(.read, file) { $0.xRead($1, bytes, count, offset) }
}

private nonisolated func writeFile(
  _ file: File?, _ bytes: UnsafeRawPointer?, _ count: Int32, _ offset: Int64
) -> Int32 {
  guard let file, let bytes else { return SQLITE_MISUSE }
  let onDisk = FileHeader.onDisk(of: file).takeUnretainedValue()
  if let fault = onDisk.disk.fault(of: .write) {
    if fault.isHalfWritten {
      _ = pass(file) { $0.xWrite($1, bytes, count / 2, offset) }
    }
    return fault.code
  }
  onDisk.disk.observe(.write, onDisk.name, isOver: false)
  let code = pass(file) { $0.xWrite($1, bytes, count, offset) }
  if code == SQLITE_OK {
    onDisk.disk.record(
      .write(
        file: onDisk.name, offset: Int(offset),
        bytes: Array(UnsafeRawBufferPointer(start: bytes, count: Int(count)))))
  }
  onDisk.disk.observe(.write, onDisk.name, isOver: true)
  return code
}

private nonisolated func truncateFile(_ file: File?, _ size: Int64) -> Int32 {
  carryOut(
    .truncate, file,
    record: { $0.disk.record(.truncate(file: $0.name, size: Int(size))) }
  ) { $0.xTruncate($1, size) }
}

private nonisolated func syncFile(_ file: File?, _ flags: Int32) -> Int32 {
  guard let file else { return SQLITE_MISUSE }
  let syncsForReal = FileHeader.onDisk(of: file).takeUnretainedValue().disk.syncsForReal
  return carryOut(.sync, file, record: { $0.disk.record(.sync(file: $0.name)) }) {
    syncsForReal ? $0.xSync($1, flags) : SQLITE_OK
  }
}

private nonisolated func mapFile(
  _ file: File?, _ region: Int32, _ size: Int32, _ extends: Int32,
  _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int32 {
  carryOut(.map, file) { $0.xShmMap($1, region, size, extends, memory) }
}
