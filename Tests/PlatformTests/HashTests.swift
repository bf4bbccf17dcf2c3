import Platform
import Testing

@Suite("Hash and randomness")
struct HashTests {
  static let vectors: [([UInt8], String)] = [
    ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      Array(
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
          .utf8), "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
    (
      [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ]

  @Test("the vectors of FIPS 180-4 come out", arguments: vectors)
  func hashes(input: [UInt8], expected: String) {
    #expect(SHA256.hex(input) == expected)
  }

  @Test(
    "a hash taken in pieces is the hash of the whole",
    arguments: [1, 3, 55, 56, 63, 64, 65, 119, 128])
  func pieces(size: Int) {
    let input = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    var hash = SHA256()
    for start in stride(from: 0, to: input.count, by: size) {
      hash.update(Array(input[start..<min(start + size, input.count)]))
    }
    #expect(SHA256.hexText(hash.finish()) == SHA256.hex(input))
  }

  @Test("every length around a block boundary is padded right")
  func lengths() {
    // Hash of the hashes for lengths 0 to 199, made with another implementation.
    var all = SHA256()
    for length in 0..<200 { all.update(SHA256.digest([UInt8](repeating: 0x5A, count: length))) }
    #expect(
      SHA256.hexText(all.finish())
        == "6865f89a6a87e976b2e0cbbaae304e4ce11dd60a8277e20763be57ef6a97df39")
  }

  @Test("with and without the processor's own instructions the hash is the same")
  func plain() {
    for length in 0..<400 {
      let input = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ length) }
      var hash = SHA256(isPlain: true)
      hash.update(input)
      #expect(hash.finish() == SHA256.digest(input))
    }
  }

  @Test("random bytes differ and have the length asked for")
  func random() {
    #expect(Random.bytes(0).isEmpty)
    #expect(Random.bytes(1_000).count == 1_000)
    #expect(Random.bytes(16) != Random.bytes(16))
    #expect(Set((0..<100).map { _ in Random.uint64() }).count == 100)
    #expect(Set((0..<100).map { _ in Random.seed() }).count == 100)
  }
}
