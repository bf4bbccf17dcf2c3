import Platform
import Testing

@Suite("Home directory")
struct HomeTests {
  @Test("HOME is taken where it is a path, else the user database is asked")
  func home() {
    #expect(FileSystem.homeDirectory(["HOME": "/h"]) == "/h")
    for environment in [[:], ["HOME": ""], ["HOME": "relative"]] {
      #expect(FileSystem.homeDirectory(environment)?.hasPrefix("/") == true)
    }
  }
}
