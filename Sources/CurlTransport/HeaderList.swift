import CCurl
import Calls
import Glibc

/// The header lines of one request in one piece of memory, which is wiped before it is freed: the
/// secret's bytes are nowhere else on our side.
@safe
struct HeaderList: ~Copyable {
  private let memory: UnsafeMutableRawBufferPointer

  init(_ request: HTTPRequest) {
    let lines = Lines(request)
    let nodes = unsafe lines.count * MemoryLayout<curl_slist>.stride
    unsafe memory = .allocate(
      byteCount: nodes + lines.bytes, alignment: MemoryLayout<curl_slist>.alignment)
    unsafe Writer(memory, nodes: lines.count).write(lines)
  }

  /// The first node; valid as long as this value.
  var first: UnsafeMutablePointer<curl_slist>? {
    unsafe memory.baseAddress?.assumingMemoryBound(to: curl_slist.self)
  }

  deinit {
    if let start = unsafe memory.baseAddress { unsafe explicit_bzero(start, memory.count) }
    unsafe memory.deallocate()
  }
}

/// What has to be written: curl's own additions are taken away by an empty value.
private struct Lines {
  /// A name and colon without a value stop curl from adding that header by itself.
  static let expect = "Expect:"
  static let contentType = "Content-Type:"

  let headers: [(name: String, value: String)]
  let credential: CredentialHeader?
  let suppressed: [String]

  init(_ request: HTTPRequest) {
    headers = request.headers
    credential = request.credential
    let typed = request.headers.contains { HeaderBytes.isSame($0.name, "content-type") }
    suppressed =
      request.method == .post && !typed ? [Self.expect, Self.contentType] : [Self.expect]
  }

  var count: Int { headers.count + suppressed.count + (credential == nil ? 0 : 1) }

  /// Bytes of all lines with their ends. A line needs its name, value, separator and final zero.
  var bytes: Int {
    var sum = 0
    for (name, value) in headers { sum += name.utf8.count + value.utf8.count + 3 }
    for line in suppressed { sum += line.utf8.count + 1 }
    guard let credential else { return sum }
    return sum + credential.name.utf8.count + credential.prefix.utf8.count + credential.secret.count
      + 3
  }
}

/// Fills nodes at the front of the memory and text behind them.
@safe
private struct Writer {
  private let nodes: UnsafeMutableBufferPointer<curl_slist>
  private let text: UnsafeMutableRawBufferPointer
  private var node = 0
  private var end = 0

  init(_ memory: UnsafeMutableRawBufferPointer, nodes count: Int) {
    let size = unsafe count * MemoryLayout<curl_slist>.stride
    unsafe nodes = UnsafeMutableRawBufferPointer(rebasing: memory[..<size])
      .bindMemory(to: curl_slist.self)
    unsafe text = UnsafeMutableRawBufferPointer(rebasing: memory[size...])
  }

  consuming func write(_ lines: Lines) {
    for (name, value) in lines.headers {
      beginLine()
      append(name.utf8)
      // curl drops "Name:"; "Name;" is its way to send a header without a value.
      append(value.utf8.allSatisfy { $0 == 0x20 } ? ";".utf8 : ": ".utf8)
      if !value.utf8.allSatisfy({ $0 == 0x20 }) { append(value.utf8) }
      endLine()
    }
    if let credential = lines.credential {
      beginLine()
      append(credential.name.utf8)
      append(": ".utf8)
      append(credential.prefix.utf8)
      credential.secret.withBytes { append($0) }
      endLine()
    }
    for line in lines.suppressed {
      beginLine()
      append(line.utf8)
      endLine()
    }
  }

  private mutating func beginLine() {
    let data = unsafe text.baseAddress.map {
      unsafe ($0 + end).assumingMemoryBound(to: CChar.self)
    }
    unsafe nodes.initializeElement(at: node, to: curl_slist(data: data, next: nil))
    if node > 0, let base = unsafe nodes.baseAddress { unsafe nodes[node - 1].next = base + node }
    node += 1
  }

  private mutating func append(_ bytes: some Collection<UInt8>) {
    unsafe UnsafeMutableRawBufferPointer(rebasing: text[end...]).copyBytes(from: bytes)
    end += bytes.count
  }

  private mutating func endLine() {
    unsafe text[end] = 0
    end += 1
  }
}
