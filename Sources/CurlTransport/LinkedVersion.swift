import CCurl

/// The libcurl that is linked and the libraries it brings, for example `libcurl/7.88.1 OpenSSL/3.0.15`.
package func linkedCurlVersion() -> String {
  guard let text = unsafe curl_version() else { return "unknown" }
  return unsafe String(cString: text)
}
