import Configuration
import Kinds
import Platform

/// `kinds new`: writes a definition that is valid from the start.
enum KindsNewCommand {
  static func perform(_ session: Session) throws(Complaint) -> ExitCode {
    let name = session.invocation.argument("NAME") ?? ""
    guard KindDefinition.isName(name) else {
      throw Complaint(
        .usage, "“\(name)” cannot be the name of a kind",
        remedy: "use a-z, 0-9 and hyphens inside, 64 at most")
    }
    let folder = FileSystem.joined(session.paths.jobsFolder, name)
    guard !FileSystem.exists(folder) else {
      throw Complaint(
        .cannotCreate, "the kind \(name) is there already", at: folder,
        remedy: "edit it, then: auxq kinds check \(name)")
    }
    let model = try model(name, session)
    do throws(FileError) {
      try FileSystem.makeDirectories(folder, isDurable: true)
      for file in model.files(renamed: name) {
        try FileSystem.writeAtomically(FileSystem.joined(folder, file.name), file.bytes)
      }
    } catch {
      throw Complaint(error, for: .output)
    }
    try session.emit(folder + "\n")
    session.note("auxq: edit it, then: auxq kinds check \(name)")
    return .success
  }

  /// What it is copied from: as asked, else the kind that it shadows, else `prompt`.
  private static func model(_ name: String, _ session: Session) throws(Complaint) -> KindDefinition
  {
    let catalog = session.catalog()
    if let from = session.invocation.text("from") { return try catalog.sound(from) }
    if let same = try? catalog.definition(named: name), same.name == name { return same }
    return try catalog.sound("prompt")
  }
}
