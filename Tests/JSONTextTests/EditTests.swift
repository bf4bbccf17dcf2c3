import JSONText
import Testing

@Suite("Edits")
struct EditTests {
  static let source = Array("{ // keep\n  a: 1,\n  \"b\" : [1,  2, 3 ],\n  c: {x: 0},\n}\n".utf8)

  private func root() throws -> JSONNode { try JSONNode.parse(Self.source, as: .json5) }
  private func text(_ edits: [JSONEdit]) throws -> String {
    String(decoding: try JSONEdit.apply(edits, to: Self.source), as: UTF8.self)
  }

  @Test("edits keep every other byte, in whatever order they are given")
  func replaces() throws {
    let root = try root()
    let a = try #require(root["a"])
    let two = try #require(root["b"]?.elements?[1])
    let edits = [JSONEdit.replace(two, with: "zwei"), JSONEdit.replace(a, with: ["n": nil])]
    let expected = "{ // keep\n  a: {\"n\":null},\n  \"b\" : [1,  \"zwei\", 3 ],\n  c: {x: 0},\n}\n"
    #expect(try text(edits) == expected)
    #expect(try text(edits.reversed()) == expected)
    #expect(try text([]) == String(decoding: Self.source, as: UTF8.self))
  }

  @Test("members and elements are appended in the style of the ones before")
  func appends() throws {
    let root = try root()
    let list = try #require(root["b"])
    let object = try #require(
      JSONEdit.append([JSONPair("d", 4), JSONPair("e", [])], to: root, in: Self.source))
    let array = try #require(JSONEdit.append([4], to: list, in: Self.source))
    #expect(
      try text([object, array])
        == "{ // keep\n  a: 1,\n  \"b\" : [1,  2, 3, 4 ],\n  c: {x: 0},\n  \"d\": 4,\n  \"e\": [],\n}\n"
    )
    #expect(JSONEdit.append([4], to: root, in: Self.source) == nil)
    let empty = try JSONNode.parse("{}")
    let first = try #require(
      JSONEdit.append([JSONPair("a", 1), JSONPair("b", 2)], to: empty, in: Array("{}".utf8)))
    #expect(try JSONEdit.apply([first], to: Array("{}".utf8)) == Array("{\"a\": 1, \"b\": 2}".utf8))
  }

  static let removals: [(Set<Int>, String)] = [
    ([0], "[2, 3, 4]"), ([3], "[1, 2, 3]"), ([1, 2], "[1, 4]"), ([0, 2], "[2, 4]"),
    ([2, 3], "[1, 2]"),
    ([0, 1, 2, 3], "[]"), ([], "[1, 2, 3, 4]"), ([9], "[1, 2, 3, 4]"),
  ]

  @Test("removing elements takes their commas along", arguments: removals)
  func removes(indices: Set<Int>, expected: String) throws {
    let bytes = Array("[1, 2, 3, 4]".utf8)
    let edits = JSONEdit.remove(indices, from: try JSONNode.parse(bytes))
    #expect(String(decoding: try JSONEdit.apply(edits, to: bytes), as: UTF8.self) == expected)
  }

  @Test("every removal of members of an object leaves JSON5 behind")
  func removesMembers() throws {
    for bits in 0..<8 {
      let indices = Set((0..<3).filter { bits >> $0 & 1 == 1 })
      let edits = JSONEdit.remove(indices, from: try root())
      let left = try JSONNode.parse(try JSONEdit.apply(edits, to: Self.source), as: .json5)
      #expect(
        left.members?.map(\.key)
          == ["a", "b", "c"].enumerated().filter { !indices.contains($0.offset) }.map(\.element))
    }
  }

  @Test("overlapping edits and edits outside the text are refused")
  func conflicts() {
    for edits in [
      [JSONEdit(0..<3, []), JSONEdit(2..<4, [])], [JSONEdit(3..<99, [])], [JSONEdit(-1..<0, [])],
    ] {
      #expect(throws: JSONEdit.Conflict.self) { try JSONEdit.apply(edits, to: [1, 2, 3, 4]) }
    }
  }
}
