import Calls
import ClassRows
import Fallback

// Throws bytes at what reads strangers' words: the reply decoders, `classify`, and the machine that
// acts on it. `run.sh` builds and starts it.

/// libFuzzer's own loop: https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// One input: nothing else may happen but a return.
private func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  FuzzCase(input).check()
  return 0
}

@main
struct Fuzz {
  static func main() throws {
    let arguments = CommandLine.arguments
    if arguments.count == 3, arguments[1] == "--seeds" { return try Seeds.write(to: arguments[2]) }
    var count = CommandLine.argc
    var values = unsafe CommandLine.unsafeArgv
    _ = unsafe runDriver(&count, &values, test)
  }
}
