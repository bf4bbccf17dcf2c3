import Glibc
import Simulator
import Synchronization

struct NoOpenSSL: Error {}

/// Starts programs and waits for them.
enum Program {
  /// Runs `openssl` to its end; false when it is missing or fails.
  static func openssl(_ arguments: [String]) -> Bool {
    guard let child = try? spawn(arguments, input: nil, output: nil) else { return false }
    return wait(child) == 0
  }

  /// Starts `openssl`, with pipes or nothing as its streams.
  static func spawn(_ arguments: [String], input: Int32?, output: Int32?) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (stream, given) in [(Int32(0), input), (1, output), (2, nil)] {
      if let given {
        posix_spawn_file_actions_adddup2(&actions, given, stream)
      } else {
        posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
      }
    }
    var words = (["openssl"] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child = pid_t()
    guard posix_spawnp(&child, "openssl", &actions, nil, &words, environ) == 0 else {
      throw NoOpenSSL()
    }
    return child
  }

  static func wait(_ child: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return status
  }
}

/// Certificates for one test, in a folder that goes with them.
final class Certificates: Sendable {
  static let areAvailable = Program.openssl(["version"])

  private let folder: String

  init() throws {
    var template = Array("/tmp/auxq-tls-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw NoOpenSSL() }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try make("good", names: "DNS:localhost,IP:127.0.0.1", days: 2)
    try make("elsewhere", names: "DNS:elsewhere.example", days: 2)
    try make("expired", names: "DNS:localhost,IP:127.0.0.1", days: -1)
  }

  deinit {
    for name in ["good", "elsewhere", "expired"] {
      for kind in ["key", "req", "ext", "crt"] { unlink(path(name, kind)) }
    }
    rmdir(folder)
  }

  func path(_ name: String, _ kind: String) -> String { "\(folder)/\(name).\(kind)" }

  private func make(_ name: String, names: String, days: Int) throws {
    guard let file = fopen(path(name, "ext"), "w") else { throw NoOpenSSL() }
    fputs("subjectAltName=\(names)\n", file)
    fclose(file)
    let isRequested = Program.openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
      path(name, "key"), "-out", path(name, "req"), "-subj", "/CN=localhost",
    ])
    let isSigned = Program.openssl([
      "x509", "-req", "-in", path(name, "req"), "-signkey", path(name, "key"), "-days", "\(days)",
      "-extfile", path(name, "ext"), "-out", path(name, "crt"),
    ])
    guard isRequested, isSigned else { throw NoOpenSSL() }
  }
}

/// `openssl s_server`, which answers each request that it gets with `{}` and keeps the connection.
final class TLSServer: Sendable {
  let port: Int
  private let child: pid_t
  private let requests = Counter()

  var requestCount: Int { requests.value.withLock { $0 } }

  /// Starts it.
  ///
  /// - Parameters:
  ///   - certificate: Path of a certificate.
  ///   - key: Path of its key.
  ///   - connections: It ends after that many.
  ///   - more: Further arguments.
  /// - Throws: There is no `openssl`, or no port.
  init(certificate: String, key: String, connections: Int = 100, more: [String] = []) throws {
    guard let text = try Nobody.refusedURL().split(separator: ":").last, let port = Int(text) else {
      throw NoOpenSSL()
    }
    self.port = port
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw NoOpenSSL() }
    defer { close(ends[1]) }
    child = try Program.spawn(
      [
        "s_server", "-quiet", "-accept", "127.0.0.1:\(port)", "-cert", certificate, "-key", key,
        "-naccept", "\(connections)",
      ] + more, input: ends[1], output: ends[1])
    let stream = ends[0]
    beginThread { [requests] in Self.answer(stream) { requests.value.withLock { $0 += 1 } } }
  }

  deinit {
    kill(child, SIGKILL)
    _ = Program.wait(child)
  }

  var url: String { "https://127.0.0.1:\(port)/" }

  /// Requests have no body here, so an empty line is the end of one.
  private static func answer(_ stream: Int32, _ note: () -> Void) {
    defer { close(stream) }
    let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".utf8)
    var tail: [UInt8] = []
    var byte: UInt8 = 0
    while read(stream, &byte, 1) == 1 {
      tail = tail.suffix(3) + [byte]
      guard tail == [13, 10, 13, 10] else { continue }
      note()
      if send(stream, answer, answer.count, Int32(MSG_NOSIGNAL)) < 0 { return }
    }
  }
}

private final class Counter: Sendable {
  let value = Mutex(0)
}
