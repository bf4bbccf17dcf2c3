import Platform
import Testing

struct ScanTests {
  private static let bytes = Array("abcabd\0abc".utf8)

  @Test(
    "a byte is found at its first place from an offset on",
    arguments: [
      (UInt8(ascii: "a"), 0, 0), (UInt8(ascii: "a"), 1, 3), (UInt8(ascii: "d"), 0, 5), (0, 0, 6),
      (UInt8(ascii: "c"), 9, 9), (UInt8(ascii: "c"), 10, nil), (UInt8(ascii: "a"), 11, nil),
      (UInt8(ascii: "a"), -1, nil), (UInt8(ascii: "x"), 0, nil), (0xFF, 0, nil),
    ] as [(UInt8, Int, Int?)])
  func byte(byte: UInt8, start: Int, place: Int?) {
    #expect(ByteScan.first(byte, in: Self.bytes.span, from: start) == place)
  }

  @Test("nothing is found in nothing")
  func empty() {
    let none: [UInt8] = []
    #expect(ByteScan.first(0, in: none.span) == nil)
  }
}
