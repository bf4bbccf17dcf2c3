import Platform
import Testing

@Suite("First in, first out")
struct FifoTests {
  @Test("comes out as it went in, whatever is taken in between")
  func order() {
    var line = Fifo<Int>()
    var taken: [Int] = []
    var next = 0
    for round in 0..<400 {
      for _ in 0...(round % 3) {
        line.append(next)
        next += 1
      }
      for _ in 0...(round % 2) { if let first = line.popFirst() { taken.append(first) } }
    }
    let left = line.count
    #expect(taken + line.takeAll() == Array(0..<next))
    #expect(left == next - taken.count && line.isEmpty && line.popFirst() == nil)
  }

  @Test("what was taken is let go at once")
  func release() {
    final class Thing {}
    var line = Fifo<Thing>()
    weak var first: Thing?
    do {
      let thing = Thing()
      first = thing
      line.append(thing)
      line.append(Thing())
    }
    #expect(first != nil)
    _ = line.popFirst()
    #expect(first == nil && line.count == 1)
  }
}
