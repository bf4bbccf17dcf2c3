import CSQLite
import Glibc
import Synchronization

/// A file system for SQLite that is the system's own, but for the folders that a `Disk` lies under.
///
/// It is the default of the process once it is installed, so that the program under test needs no
/// word about it. Files elsewhere are the system's own from the moment they are opened.
package enum FaultyFiles {
  /// Puts a disk under a folder: all files opened there from now on.
  ///
  /// - Parameters:
  ///   - disk: The disk.
  ///   - folder: An absolute path without links.
  package static func attach(_ disk: Disk, under folder: String) {
    _ = installed
    places.withLock { $0.append(Place(prefix: folder + "/", disk: disk)) }
  }

  /// Takes the disk away again; open files keep it.
  package static func detach(folder: String) {
    places.withLock { $0.removeAll { $0.prefix == folder + "/" } }
  }

  private struct Place {
    var prefix: String
    var disk: Disk
  }

  private static let places = Mutex<[Place]>([])

  /// Registers the file system, once.
  private static let installed: Bool = {
    guard let system = sqlite3_vfs_find(nil) else { return false }
    let new = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    new.initialize(to: system.pointee)
    new.pointee.zName = UnsafePointer(strdup("auxq-faulty"))
    new.pointee.szOsFile = Int32(FileHeader.size) + system.pointee.szOsFile
    new.pointee.xOpen = openFile
    new.pointee.xDelete = deleteFile
    systemFiles.withLock { $0 = SystemFiles(pointer: system) }
    return sqlite3_vfs_register(new, 1) == SQLITE_OK
  }()

  /// The disk under a path and the name of the file on it.
  static func find(_ path: UnsafePointer<CChar>?) -> OnDisk? {
    guard let path else { return nil }
    let text = String(cString: path)
    return places.withLock { places in
      places.first { text.hasPrefix($0.prefix) }.map { place in
        OnDisk(disk: place.disk, name: String(text.dropFirst(place.prefix.count)))
      }
    }
  }
}

/// A file of a disk.
final class OnDisk: Sendable {
  let disk: Disk
  let name: String

  init(disk: Disk, name: String) {
    self.disk = disk
    self.name = name
  }
}

/// The pointer of the system's own file system, which lives as long as the process.
private struct SystemFiles: @unchecked Sendable {
  // SQLite reads and never changes it after it was registered.
  let pointer: UnsafeMutablePointer<sqlite3_vfs>
}

private let systemFiles = Mutex<SystemFiles?>(nil)

private var system: UnsafeMutablePointer<sqlite3_vfs>? { systemFiles.withLock(\.self)?.pointer }

// MARK: One open file

/// What lies before the system's file in the memory that SQLite gives for one.
enum FileHeader {
  /// The methods, then the reference to `OnDisk`.
  static let size = 16

  static func system(
    of file: UnsafeMutablePointer<sqlite3_file>
  ) -> UnsafeMutablePointer<sqlite3_file> {
    UnsafeMutableRawPointer(file).advanced(by: size).assumingMemoryBound(to: sqlite3_file.self)
  }

  static func place(_ onDisk: OnDisk, in file: UnsafeMutablePointer<sqlite3_file>) {
    let reference = Unmanaged.passRetained(onDisk).toOpaque()
    UnsafeMutableRawPointer(file).storeBytes(
      of: reference, toByteOffset: 8, as: UnsafeMutableRawPointer.self)
  }

  static func onDisk(of file: UnsafeMutablePointer<sqlite3_file>) -> Unmanaged<OnDisk> {
    Unmanaged.fromOpaque(
      UnsafeMutableRawPointer(file).load(fromByteOffset: 8, as: UnsafeMutableRawPointer.self))
  }
}

private nonisolated func openFile(
  _: UnsafeMutablePointer<sqlite3_vfs>?, _ name: sqlite3_filename?,
  _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
  _ outFlags: UnsafeMutablePointer<Int32>?
) -> Int32 {
  guard let system, let file, let open = system.pointee.xOpen else { return SQLITE_CANTOPEN }
  guard let onDisk = FaultyFiles.find(name) else {
    return open(system, name, file, flags, outFlags)
  }
  file.pointee.pMethods = nil
  if let fault = onDisk.disk.fault(of: .open) { return fault.code }
  let code = open(system, name, FileHeader.system(of: file), flags, outFlags)
  guard code == SQLITE_OK else { return code }
  FileHeader.place(onDisk, in: file)
  file.pointee.pMethods = FileMethods.pointer
  return code
}

private nonisolated func deleteFile(
  _: UnsafeMutablePointer<sqlite3_vfs>?, _ name: UnsafePointer<CChar>?, _ syncsFolder: Int32
) -> Int32 {
  guard let system, let delete = system.pointee.xDelete else { return SQLITE_IOERR_DELETE }
  guard let onDisk = FaultyFiles.find(name) else { return delete(system, name, syncsFolder) }
  if let fault = onDisk.disk.fault(of: .delete) { return fault.code }
  let code = delete(system, name, 0)
  if code == SQLITE_OK {
    onDisk.disk.record(.delete(file: onDisk.name, isDurable: syncsFolder != 0))
  }
  return code
}

private let SQLITE_IOERR_DELETE: Int32 = SQLITE_IOERR | (10 << 8)
