import CCurl
import Calls
import Fallback
import Glibc

/// A libcurl handle, used for one transfer after another. It is the context of the transfer's
/// callbacks, so those never see it gone: it lives exactly as long as the handle.
@safe
final class EasyHandle {
  let curl: UnsafeMutableRawPointer
  /// What it carries now.
  private(set) var transfer: Transfer?
  let connections: ConnectionTable
  private let options: CurlOptions
  private let errorText: UnsafeMutablePointer<CChar>
  private var target: Target?
  /// In use now; nil: the system's alone.
  private var certificates: String?
  private let usualCertificates: String?
  private var addresses: UnsafeMutablePointer<curl_slist>?
  private var isBroken = false

  /// Nil when libcurl has no memory or does not know an option that our safety needs.
  init?(_ options: CurlOptions, connections: ConnectionTable) {
    guard let curl = unsafe curl_easy_init() else { return nil }
    unsafe self.curl = curl
    usualCertificates = unsafe ccurl_get_string(curl, CURLINFO_CAINFO).map {
      unsafe String(cString: $0)
    }
    self.options = options
    self.connections = connections
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    setSafety()
    setConnection()
    setCallbacks()
    if isBroken { return nil }
  }

  deinit {
    unsafe curl_easy_cleanup(curl)
    unsafe curl_slist_free_all(addresses)
    unsafe errorText.deallocate()
  }

  /// A proxy may be asked for the connection.
  var mayTunnel: Bool { target?.isSecure == true && options.proxy.https != nil }
  /// A proxy was, and has made it.
  var isTunnelled: Bool {
    guard mayTunnel else { return false }
    return unsafe ccurl_get_long(curl, CURLINFO_HTTP_CONNECTCODE) != 0
  }

  /// Takes a transfer on; false when libcurl refuses an option of it.
  func load(_ transfer: Transfer) -> Bool {
    self.transfer = transfer
    unsafe check(ccurl_set_list(curl, CURLOPT_HTTPHEADER, transfer.headerList.first))
    setBody(transfer)
    let target = Target(transfer.checked)
    if target != self.target { setTarget(target) }
    self.target = target
    return !isBroken
  }

  /// The next attempt uses no kept connection.
  func connectFresh() {
    set(CURLOPT_FRESH_CONNECT, 1)
    target = nil
  }

  /// Lets go of the transfer and of all memory that belongs to it.
  func unload() {
    unsafe check(ccurl_set_list(curl, CURLOPT_HTTPHEADER, nil))
    unsafe check(ccurl_set_pointer(curl, CURLOPT_POSTFIELDS, nil))
    if let transfer { connections.ended(transfer) }
    transfer = nil
    unsafe errorText[0] = 0
  }

  /// How curl ended the transfer.
  func result(_ code: CURLcode) -> CurlResult {
    guard code != CURLE_OK else { return CurlResult(code: code) }
    let own = unsafe String(cString: errorText)
    return CurlResult(
      code: code, systemError: Int32(clamping: unsafe ccurl_get_long(curl, CURLINFO_OS_ERRNO)),
      proxyStatus: unsafe ccurl_get_long(curl, CURLINFO_HTTP_CONNECTCODE), mayTunnel: mayTunnel,
      text: own.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : own)
  }

  /// What every request has, whoever sends it.
  private func setSafety() {
    // No signals: we are many threads.
    set(CURLOPT_NOSIGNAL, 1)
    // Nothing but HTTP: `file:` and `ftp:` URLs work by default.
    set(CURLOPT_PROTOCOLS_STR, "https,http")
    // A redirect is an answer: curl would carry `x-api-key` and the prompt to the other host.
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_MAXREDIRS, 0)
    set(CURLOPT_REDIR_PROTOCOLS_STR, "https")
    set(CURLOPT_UNRESTRICTED_AUTH, 0)
    // A user name in a URL would become an Authorization header.
    set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
    set(CURLOPT_NETRC, 0)
    set(CURLOPT_SSL_VERIFYPEER, 1)
    set(CURLOPT_SSL_VERIFYHOST, 2)
    set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    // Nor headers of a proxy's CONNECT among those of the answer.
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    // Compression stays off: 200 KB on the wire become 200 MB.
    unsafe check(ccurl_set_string(curl, CURLOPT_ACCEPT_ENCODING, nil))
    set(CURLOPT_HTTP09_ALLOWED, 0)
  }

  private func setConnection() {
    // One request a connection at a time: when and how often a request is sent stays simple.
    set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    // Do not wait for the resolver's thread when a request ends early.
    set(CURLOPT_QUICK_EXIT, 1)
    // A completion may take minutes without a byte; address translators forget idle connections.
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_TCP_KEEPIDLE, 45)
    set(CURLOPT_TCP_KEEPINTVL, 15)
    set(CURLOPT_USERAGENT, options.userAgent)
    for address in options.addresses { unsafe addresses = curl_slist_append(addresses, address) }
    if unsafe addresses != nil { unsafe check(ccurl_set_list(curl, CURLOPT_RESOLVE, addresses)) }
    unsafe check(ccurl_set_pointer(curl, CURLOPT_ERRORBUFFER, errorText))
  }

  private func setCallbacks() {
    let context = unsafe UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
    let table = unsafe UnsafeRawPointer(Unmanaged.passUnretained(connections).toOpaque())
    unsafe check(ccurl_set_pointer(curl, CURLOPT_PRIVATE, context))
    unsafe check(ccurl_set_pointer(curl, CURLOPT_WRITEDATA, context))
    unsafe check(ccurl_set_write(curl, CURLOPT_WRITEFUNCTION, curlReceivesBody))
    unsafe check(ccurl_set_pointer(curl, CURLOPT_HEADERDATA, context))
    unsafe check(ccurl_set_write(curl, CURLOPT_HEADERFUNCTION, curlReceivesHeader))
    unsafe check(ccurl_set_pointer(curl, CURLOPT_PREREQDATA, context))
    unsafe check(ccurl_set_prerequest(curl, curlBeginsRequest))
    unsafe check(ccurl_set_pointer(curl, CURLOPT_OPENSOCKETDATA, context))
    unsafe check(ccurl_set_open_socket(curl, curlOpensSocket))
    // A connection outlives the handle that opened it, so it is closed in the name of the table.
    unsafe check(ccurl_set_pointer(curl, CURLOPT_CLOSESOCKETDATA, table))
    unsafe check(ccurl_set_close_socket(curl, curlClosesSocket))
  }

  private func setBody(_ transfer: Transfer) {
    guard transfer.checked.request.method == .post else { return set(CURLOPT_HTTPGET, 1) }
    set(CURLOPT_POST, 1)
    let count = curl_off_t(transfer.body.count)
    unsafe check(ccurl_set_offset(curl, CURLOPT_POSTFIELDSIZE_LARGE, count))
    unsafe check(ccurl_set_pointer(curl, CURLOPT_POSTFIELDS, transfer.body.start))
  }

  private func setTarget(_ target: Target) {
    set(CURLOPT_URL, target.url)
    setCertificates(target.certificateFile ?? options.caFile)
    set(CURLOPT_FRESH_CONNECT, 0)
    // Never left to curl's look at the environment.
    set(CURLOPT_PROXY, target.isSecure ? options.proxy.https ?? "" : "")
    set(CURLOPT_NOPROXY, options.proxy.exceptions)
    // 0 would mean no limit; our own clock ends a request without any time.
    set(CURLOPT_CONNECTTIMEOUT_MS, Int(clamping: max(1, min(target.connect, .maxCurl))))
    set(CURLOPT_TIMEOUT_MS, Int(clamping: max(1, min(target.total, .maxCurl))))
    unsafe check(
      ccurl_set_offset(curl, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(max(1, target.maxBodyBytes))))
  }

  /// curl looks into the folder of the system's certificates too, so these come beside them; it keeps
  /// connections of other certificates apart.
  private func setCertificates(_ file: String?) {
    guard file != certificates else { return }
    certificates = file
    if let file {
      set(CURLOPT_CAINFO, file)
    } else {
      unsafe check(ccurl_set_string(curl, CURLOPT_CAINFO, usualCertificates))
    }
  }

  private func set(_ option: CURLoption, _ value: Int) {
    unsafe check(ccurl_set_long(curl, option, value))
  }

  private func set(_ option: CURLoption, _ value: String) {
    unsafe check(ccurl_set_string(curl, option, value))
  }

  private func check(_ code: CURLcode) { if code != CURLE_OK { isBroken = true } }
}

/// What mostly stays the same from one request to the next, and is then not set again.
private struct Target: Equatable {
  let url: String
  let isSecure: Bool
  let connect: Milliseconds
  let total: Milliseconds
  let maxBodyBytes: Int
  let certificateFile: String?

  init(_ checked: CheckedRequest) {
    url = checked.request.url
    isSecure = checked.origin.scheme == "https"
    connect = checked.request.timeouts.connect
    total = checked.request.timeouts.total
    maxBodyBytes = checked.request.maxBodyBytes
    certificateFile = checked.request.certificateFile
  }
}

extension Milliseconds {
  /// 24 days: what curl's timers are sure to hold.
  fileprivate static let maxCurl: Milliseconds = 2_000_000_000
}
