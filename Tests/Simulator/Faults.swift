/// Ways to misbehave.
extension Behaviour {
  package static let jsonType = [("Content-Type", "application/json")]

  /// Hangs up in order without a byte of an answer.
  package static let hangUp = Behaviour([.close])

  /// Resets the connection without a byte of an answer.
  package static let resetAtOnce = Behaviour([.reset])

  /// Takes the request and says nothing.
  package static let stalled = Behaviour([.stall])

  /// A body that ends before its announced length, in order or by a reset.
  package static func cutBody(
    _ body: String = "{\"id\":\"chatcmpl-cut\",\"choices\":[", announced: Int = 5000,
    reset: Bool = false
  ) -> Behaviour {
    let head = Wire.head(200, jsonType + [("Content-Length", String(announced))])
    // The reset waits until the bytes are read: it would throw away what is still in the buffer.
    return Behaviour(
      [.send(head + Array(body.utf8))] + (reset ? [.wait(milliseconds: 30), .reset] : [.close]))
  }

  /// A chunked body without its last chunk.
  package static func cutChunks(_ body: String = "{\"id\":\"chatcmpl-cut\"") -> Behaviour {
    let head = Wire.head(200, jsonType + [("Transfer-Encoding", "chunked")])
    return Behaviour([.send(head + Wire.chunk(Array(body.utf8)[...])), .close])
  }

  /// A body that is over when the connection is: nothing else says how long it is.
  package static func unframed(
    _ body: String, headers: [(String, String)] = jsonType, reset: Bool = false
  ) -> Behaviour {
    // The reset waits until the bytes are read: it would throw away what is still in the buffer.
    Behaviour(
      [.send(Wire.head(200, headers) + Array(body.utf8))]
        + (reset ? [.wait(milliseconds: 30), .reset] : [.close]))
  }

  /// A chunk that is announced to be longer than what comes of it.
  package static func cutWithinChunk(_ body: String = "{\"id\":\"chatcmpl-cut\"") -> Behaviour {
    let head = Wire.head(200, jsonType + [("Transfer-Encoding", "chunked")])
    return Behaviour([.send(head + Array("fff\r\n\(body)".utf8)), .close])
  }

  /// An answer with header lines as they stand, each with its own end.
  package static func head(_ lines: String, body: String = "{}") -> Behaviour {
    Behaviour([.send(Array("HTTP/1.1 200 OK\r\n\(lines)\r\n\(body)".utf8)), .close])
  }

  /// Ends within the headers.
  package static let cutHeaders = Behaviour([
    .send(Array("HTTP/1.1 200 OK\r\nContent-Type: appli".utf8)), .close,
  ])

  /// Sends headers and part of the body, then nothing more.
  package static func stalledBody(
    _ body: String = "{\"id\":", announced: Int = 5000
  ) -> Behaviour {
    let head = Wire.head(200, jsonType + [("Content-Length", String(announced))])
    return Behaviour([.send(head + Array(body.utf8)), .stall])
  }

  /// Sends the beginning of its headers, then nothing more.
  package static let stalledHeaders = Behaviour([
    .send(Array("HTTP/1.1 200 OK\r\nContent-Type: appli".utf8)), .stall,
  ])

  /// Sends header lines one by one for ever.
  package static func drippingHeaders(every milliseconds: Int) -> Behaviour {
    Behaviour([
      .send(Array("HTTP/1.1 200 OK\r\n".utf8)),
      .endlessly(Array("X-More: and more\r\n".utf8), every: milliseconds),
    ])
  }

  /// Sends a body of spaces in small pieces.
  ///
  /// - Parameters:
  ///   - total: Bytes of the body.
  ///   - bytes: Of each piece.
  ///   - milliseconds: Between two pieces.
  /// - Returns: The behaviour.
  package static func dripping(
    total: Int = 4096, bytes: Int = 1, every milliseconds: Int
  ) -> Behaviour {
    Behaviour([
      .send(Wire.head(200, jsonType + [("Content-Length", String(total))])),
      .drip([UInt8](repeating: 0x20, count: total), bytes: bytes, milliseconds: milliseconds),
    ])
  }

  /// A chunked body without end.
  package static let endlessBody = Behaviour([
    .send(Wire.head(200, jsonType + [("Transfer-Encoding", "chunked")])),
    .endless(Wire.chunk([UInt8](repeating: 0x20, count: 16 << 10)[...])),
  ])

  /// A body without end and without a length.
  package static let endlessUnframed = Behaviour([
    .send(Wire.head(200, jsonType)), .endless([UInt8](repeating: 0x20, count: 16 << 10)),
  ])

  /// A header line without end.
  package static let endlessHeaderLine = Behaviour([
    .send(Array("HTTP/1.1 200 OK\r\nX-More: ".utf8)),
    .endless([UInt8](repeating: UInt8(ascii: "x"), count: 4 << 10)),
  ])

  /// Preliminary answers and no final one.
  package static let endlessEarlyHints = Behaviour([
    .endless(Array("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n".utf8))
  ])

  /// Header lines without end behind a whole body.
  package static let endlessTrailers = Behaviour([
    .send(Wire.head(200, jsonType + [("Transfer-Encoding", "chunked")]) + Wire.chunk("{}")),
    .send(Array("0\r\n".utf8)),
    .endless(Array("X-More: and more and more and more and more and more\r\n".utf8)),
  ])

  /// A stream of events in chunks: one with the given text, and then a further step; nil ends the last
  /// chunk in order.
  package static func chunks(_ text: String, then step: Step?) -> Behaviour {
    let head = Wire.head(
      200, [("Content-Type", "text/event-stream"), ("Transfer-Encoding", "chunked")])
    return Behaviour([
      .send(head + Wire.chunk(text)), step ?? .send(Array("0\r\n\r\n".utf8)),
    ])
  }

  /// Headers without end.
  package static let endlessHeaders = Behaviour([
    .send(Array("HTTP/1.1 200 OK\r\n".utf8)),
    .endless(Array("X-More: and more and more and more and more and more\r\n".utf8)),
  ])

  /// Not HTTP at all.
  package static let garbage = Behaviour([
    .send(Array("\u{16}\u{3}\u{1} SSH-2.0-Nothing_You_Know\r\n\r\n".utf8)), .close,
  ])

  /// A header with a zero byte in it.
  package static let zeroByteInHeader = Behaviour([
    .send(
      Array("HTTP/1.1 200 OK\r\nX-Strange: a\u{0}b\r\nContent-Length: 2\r\n\r\n{}".utf8))
  ])

  /// Header values that are not UTF-8, with control bytes.
  package static let binaryHeader = Behaviour([
    .send(
      Array("HTTP/1.1 200 OK\r\nX-Strange: ".utf8) + [0xff, 0x01, 0xfe]
        + Array("\r\nContent-Length: 2\r\n\r\n{}".utf8))
  ])

  /// A body that is no UTF-8.
  package static let invalidUTF8 = reply(
    headers: jsonType, body: Array("{\"id\":\"".utf8) + [0xc3, 0x28, 0xff] + Array("\"}".utf8))

  /// More body than announced.
  package static let longerThanAnnounced = reply(
    headers: jsonType, body: Array("{\"id\":\"a\"}{\"id\":\"b\"}".utf8), contentLength: 10)

  /// Informational answers before the one behind them.
  package static func informed(_ behaviour: Behaviour) -> Behaviour {
    let early =
      "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    return Behaviour([.send(Array(early.utf8))] + behaviour.steps)
  }

  /// 64 KB of gzip that unpack to 10 MB of zero bytes, announced by `header`
  /// (`Content-Encoding` or `Transfer-Encoding`).
  package static func gzipBomb(_ header: String = "Content-Encoding") -> Behaviour {
    let body = Gzip.zeros
    if header == "Content-Encoding" {
      return reply(headers: jsonType + [(header, "gzip")], body: body)
    }
    let head = Wire.head(200, jsonType + [(header, "gzip, chunked")])
    return Behaviour([.send(head + Wire.chunks(body)), .close])
  }
}

/// A compressed stream of zero bytes, written by hand: one deflate block with fixed codes, a literal
/// zero and then repeats of 258 bytes at distance 1, in 13 bits each.
enum Gzip {
  static let zeros: [UInt8] = {
    var bits = BitWriter()
    bits.write(0b011, count: 3)  // last block, fixed codes
    bits.write(0b0000_1100, count: 8)  // literal 0: code 00110000, first bit first
    for _ in 0..<40_000 {
      bits.write(0b1010_0011, count: 8)  // length 258: code 11000101, first bit first
      bits.write(0, count: 5)  // distance 1
    }
    bits.write(0, count: 7)  // end of block
    let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
    // The checksum is wrong on purpose: who gets that far has unpacked it all.
    return header + bits.bytes + [UInt8](repeating: 0, count: 8)
  }()

  private struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var used = 8

    mutating func write(_ value: UInt32, count: Int) {
      for bit in 0..<count {
        if used == 8 {
          bytes.append(0)
          used = 0
        }
        bytes[bytes.count - 1] |= UInt8((value >> UInt32(bit)) & 1) << UInt8(used)
        used += 1
      }
    }
  }
}
