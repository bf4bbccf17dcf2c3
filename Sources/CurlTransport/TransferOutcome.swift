import CCurl
import Calls
import Fallback
import Glibc

/// How curl ended a transfer.
struct CurlResult {
  var code: CURLcode
  /// The system's error of a failed connection attempt, else 0.
  var systemError: Int32 = 0
  /// The answer of a proxy to CONNECT, else 0.
  var proxyStatus = 0
  /// A proxy may have been asked for the connection.
  var mayTunnel = false
  /// curl's own sentence: hosts, ports and reasons, never headers.
  var text = ""
}

extension Transfer {
  /// The reply for a transfer that curl has ended.
  func reply(_ result: CurlResult) -> HTTPReply {
    if let stop { return reply(stop) }
    if isComplete { return reply(nil, nil) }
    guard result.code == CURLE_OK else { return reply(failure: result) }
    guard answer.isHeaderComplete, let status = answer.status else {
      return reply(cutFault, "the connection ended within the headers")
    }
    guard !(300..<400).contains(status) else { return reply(.redirect, redirectHost) }
    guard !(answer.isUnframed && CutDocument.isCut(answer.body)) else {
      return reply(.truncated, "the connection ended within the document")
    }
    return reply(nil, nil)
  }

  /// The reply for a transfer that reached one of its limits.
  func replyAtLimit() -> HTTPReply {
    isComplete ? reply(nil, nil) : reply(limit.fault, limit.detail)
  }

  /// The reply for a transfer that somebody has cancelled.
  func replyCancelled() -> HTTPReply { reply(.cancelled, nil) }

  private func reply(_ fault: TransportFault?, _ detail: String?) -> HTTPReply {
    // Of what is too long nobody reads more than the beginning, and many may come at once.
    let body =
      fault == .tooLarge ? Array(answer.body.prefix(Self.keptOfTooLong)) : answer.body
    return HTTPReply(
      status: answer.status, headers: answer.headers, body: body, fault: fault, detail: detail)
  }

  private static let keptOfTooLong = 64 << 10

  private func reply(_ stop: Stop) -> HTTPReply {
    switch stop {
    case .bodyTooLarge:
      reply(.tooLarge, "the body is longer than \(checked.request.maxBodyBytes) bytes")
    case .noMemoryLeft:
      reply(.tooLarge, "the replies under way are too long together")
    case .headersTooLarge:
      reply(.tooLarge, "the headers are longer than \(Self.maxHeaderBytes) bytes")
    case .lineTooLong:
      reply(.tooLarge, "a line of the event stream is over \(EventScanner.maxLineBytes) bytes")
    case .mayHaveBeenRead:
      reply(.reset, "the connection ended before an answer; the server may have read the request")
    case .staleConnection: reply(.reset, "the kept connection had ended")
    case .notLoopback:
      reply(.hostNotAllowed, "\(checked.origin.host) is not this machine: the key needs https")
    case .privateAddress(let address):
      reply(
        .hostNotAllowed,
        "\(checked.origin.host) leads to \(address), which is not on the public network: "
          + "set allow_private for the provider if that is meant")
    }
  }

  private func reply(failure: CurlResult) -> HTTPReply {
    if failure.code == CURLE_OPERATION_TIMEDOUT, failure.systemError == 0 { return replyAtLimit() }
    let fault = fault(failure)
    if fault == .tooLarge {
      return reply(failure.code == CURLE_OUT_OF_MEMORY ? .headersTooLarge : .bodyTooLarge)
    }
    if fault == .redirect { return reply(.redirect, redirectHost) }
    if failure.proxyStatus >= 300 {
      return reply(fault, HTTPReply.proxyRefusal + "\(failure.proxyStatus): " + failure.text)
    }
    return reply(fault, (missesProxy(failure) ? HTTPReply.proxyAbsence : "") + failure.text)
  }

  /// It was the proxy that could not be reached: libcurl names whom it asked for a connection.
  private func missesProxy(_ failure: CurlResult) -> Bool {
    guard failure.mayTunnel, !isSent else { return false }
    switch failure.code {
    case CURLE_COULDNT_RESOLVE_PROXY: return true
    case CURLE_COULDNT_CONNECT: return !failure.text.contains(checked.origin.host)
    default: return false
    }
  }

  private func fault(_ result: CurlResult) -> TransportFault {
    switch result.code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .dns
    case CURLE_COULDNT_CONNECT: Self.connectFault(result.systemError)
    case CURLE_OPERATION_TIMEDOUT: .connectTimeout
    case CURLE_FILESIZE_EXCEEDED: .tooLarge
    case CURLE_URL_MALFORMAT: .malformedRequest
    case CURLE_SSL_CONNECT_ERROR: Self.handshakeFault(result.text)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE,
      CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
      CURLE_USE_SSL_FAILED:
      .tls
    // A header line is longer than libcurl's own bound.
    case CURLE_OUT_OF_MEMORY where isSent: .tooLarge
    case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT: .unreachable
    case CURLE_RECV_ERROR where result.proxyStatus >= 300: .unreachable
    default: cutFault
    }
  }

  /// The connection ended early, or what came was not HTTP.
  private var cutFault: TransportFault { answer.status == nil ? .reset : .truncated }

  /// A proxy or firewall that hangs up is not a bad certificate, which only a person can mend.
  private static func handshakeFault(_ text: String) -> TransportFault {
    let isCut = ["SSL_ERROR_SYSCALL", "reset by peer", "unexpected eof"].contains {
      text.contains($0)
    }
    return isCut ? .reset : .tls
  }

  private static func connectFault(_ systemError: Int32) -> TransportFault {
    switch systemError {
    case ECONNREFUSED: .refused
    case ECONNRESET, ECONNABORTED: .reset
    case ETIMEDOUT: .connectTimeout
    // No route, no network, or no socket to be had here: nothing is known about the provider.
    default: .unreachable
    }
  }

  /// Where a redirect points: its host only, since paths and queries may carry tokens.
  private var redirectHost: String? {
    answer.headers.first { $0.name == "location" }.flatMap {
      URLParts($0.value, relativeTo: checked.request.url, allowing: [.userInfo, .anyScheme])?.host
    }
  }
}
