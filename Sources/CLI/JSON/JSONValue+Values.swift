package import Fallback
package import JSONText
import Platform

extension JSONValue {
  /// RFC 3339 in UTC with milliseconds, or null.
  package static func time(_ time: Milliseconds?) -> JSONValue {
    time.map { .string(Timestamp.text($0)) } ?? .null
  }

  /// Seconds of a span, a whole number where it is one, or null.
  package static func seconds(_ span: Milliseconds?) -> JSONValue {
    span.map { .double(Double($0) / 1000) } ?? .null
  }

  /// An object of strings, keys in order.
  package static func strings(_ values: [String: String]) -> JSONValue {
    .object(values.sorted { $0.key < $1.key }.map { JSONPair($0.key, .string($0.value)) })
  }

  package static func strings(_ values: [String]) -> JSONValue {
    .array(values.map { .string($0) })
  }

  /// Bytes as text, or null.
  static func text(_ bytes: [UInt8]?) -> JSONValue {
    bytes.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null
  }

  /// JSON text from the store, or null. Text that is not JSON is shown as a string.
  static func stored(_ bytes: [UInt8]?) -> JSONValue {
    guard let bytes, !bytes.isEmpty else { return .null }
    guard (try? JSONNode.parse(bytes)) != nil else { return text(bytes) }
    return .raw(bytes)
  }
}
