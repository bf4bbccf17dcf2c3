import Kinds
import Platform

/// Turns PDF files into text where jobs are made, with poppler's `pdftotext`; the job then holds the
/// text, so that any worker can run it.
struct PDFInput {
  private let session: Session
  private static let limit = 256 << 20
  private static let patience: Int64 = 120_000

  init(_ session: Session) { self.session = session }

  /// - Parameters:
  ///   - request: What was asked for.
  ///   - definition: Whether its kind takes PDF files at all.
  /// - Returns: The input as it is, or the text of a PDF file.
  /// - Throws: `Complaint` where there is no `pdftotext`, or no text in the file.
  func text(
    of request: JobRequest, _ definition: KindDefinition
  ) throws(Complaint) -> [UInt8] {
    guard request.input.prefix(1024).firstRange(of: Array("%PDF-".utf8)) != nil else {
      return request.input
    }
    guard definition.input.kinds.contains(.pdf) else {
      throw Complaint(
        .badData, "the input is a PDF file, and \(definition.name) takes none", at: request.source,
        remedy: "turn it into text first: pdftotext -layout FILE -")
    }
    let clean = PDFText.cleaned(try extracted(request))
    guard !clean.isEmpty else {
      throw Complaint(
        .badData, "the PDF file holds no text: it may be a scan", at: request.source,
        remedy: "run text recognition over it first, for example with ocrmypdf")
    }
    return clean
  }

  /// Stdin and batches have no file of their own, so all go through one.
  private func extracted(_ request: JobRequest) throws(Complaint) -> [UInt8] {
    let folder = session.program.environment["TMPDIR"] ?? "/tmp"
    let file = FileSystem.joined(folder, "auxq-\(SHA256.hexText(Random.bytes(8))).pdf")
    do throws(FileError) {
      try FileSystem.writeAtomically(file, request.input)
    } catch {
      throw Complaint(error, for: .output)
    }
    defer { try? FileSystem.remove(file) }
    var environment = Environment.forChildren(session.program.environment)
    environment["AUXQ_PDF"] = file
    do throws(ShellError) {
      return try Shell.run(
        "exec pdftotext -layout -enc UTF-8 \"$AUXQ_PDF\" -",
        timeoutMilliseconds: Self.patience, environment: environment, maxOutput: Self.limit)
    } catch {
      throw complaint(error, request)
    }
  }

  private func complaint(_ error: ShellError, _ request: JobRequest) -> Complaint {
    if error.code == .exited(status: 127) {
      return Complaint(
        .badData, "the input is a PDF file, and pdftotext, which reads them, is not installed",
        at: request.source, remedy: "install poppler-utils, or turn the file into text yourself")
    }
    let said =
      String(decoding: error.standardError, as: UTF8.self)
      .split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
    return Complaint(
      .badData, "pdftotext cannot read the PDF file: it \(error.description)\(said)",
      at: request.source, remedy: "open it in a viewer: it may be damaged or locked")
  }
}
