/// What has a deadline in a heap.
package protocol Deadlined: AnyObject {
  /// When it is due. Must not change while the element is in a heap, but through `update`.
  var due: Instant { get set }
  /// Where it stands in the heap; the heap's own.
  var heapIndex: Int? { get set }
}

/// A binary heap of deadlines, the earliest first. Elements know their place, so a finished request
/// is taken out at once and the heap is never longer than the requests in flight.
package final class DeadlineHeap<Element: Deadlined> {
  private var elements: [Element] = []

  package init() {}

  package var earliest: Element? { elements.first }
  package var count: Int { elements.count }

  /// Adds an element. O(log n)
  package func insert(_ element: Element) {
    element.heapIndex = elements.count
    elements.append(element)
    siftUp(elements.count - 1)
  }

  /// Takes an element out; nothing happens when it is not there. O(log n)
  package func remove(_ element: Element) {
    guard let index = element.heapIndex else { return }
    element.heapIndex = nil
    let last = elements.removeLast()
    guard index < elements.count else { return }
    elements[index] = last
    last.heapIndex = index
    siftUp(index)
    siftDown(index)
  }

  /// Gives an element that is in the heap another deadline. O(log n)
  package func update(_ element: Element, due: Instant) {
    guard let index = element.heapIndex, element.due != due else { return }
    element.due = due
    siftUp(index)
    if element.heapIndex == index { siftDown(index) }
  }

  private func siftUp(_ start: Int) {
    var index = start
    while index > 0, elements[index].due < elements[(index - 1) / 2].due {
      exchange(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  private func siftDown(_ start: Int) {
    var index = start
    while true {
      var least = index
      for child in (2 * index + 1)...(2 * index + 2)
      where child < elements.count && elements[child].due < elements[least].due {
        least = child
      }
      if least == index { return }
      exchange(index, least)
      index = least
    }
  }

  private func exchange(_ first: Int, _ second: Int) {
    elements.swapAt(first, second)
    elements[first].heapIndex = first
    elements[second].heapIndex = second
  }
}
