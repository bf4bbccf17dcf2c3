/// First in, first out. Taking one moves none of the others.
package struct Fifo<Element> {
  private var elements: [Element?] = []
  /// Those before it are taken.
  private var head = 0

  package init() {}

  package var count: Int { elements.count - head }
  package var isEmpty: Bool { count == 0 }

  /// The one that has waited longest; nil: there is none.
  package var first: Element? { head < elements.count ? elements[head] : nil }

  package mutating func append(_ element: Element) { elements.append(element) }

  /// Takes that one.
  package mutating func popFirst() -> Element? {
    guard head < elements.count else { return nil }
    let first = elements[head].take()
    head += 1
    if head == elements.count {
      elements.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 64, head * 2 >= elements.count {
      elements.removeFirst(head)
      head = 0
    }
    return first
  }

  /// Takes all of them, in order.
  package mutating func takeAll() -> [Element] {
    defer { self = Fifo() }
    return elements[head...].compactMap(\.self)
  }
}

extension Fifo: Sendable where Element: Sendable {}
