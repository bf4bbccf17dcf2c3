import Glibc

/// Reads a line from a terminal without showing it.
package enum HiddenInput {
  package enum Ending: Sendable, Hashable {
    case line([UInt8])
    /// Nothing was typed, and nothing will be.
    case end
    /// Ctrl-C, or whatever the caller takes for it.
    case interrupted
  }

  /// Reads a line. The terminal is as it was when this returns, however it ends.
  ///
  /// Keys that send signals are read as what they are, so that none of them can end or stop the process
  /// while the terminal shows nothing.
  ///
  /// - Parameters:
  ///   - descriptor: A terminal.
  ///   - limit: Bytes at most; what is longer is cut.
  ///   - prompt: Called when nothing is shown any more.
  ///   - isInterrupted: Asked ten times a second.
  /// - Returns: How it ended; `end` for what is no terminal.
  package static func readLine(
    from descriptor: Int32 = STDIN_FILENO, limit: Int = 64 << 10, prompt: () -> Void,
    isInterrupted: () -> Bool
  ) -> Ending {
    var before = termios()
    guard unsafe tcgetattr(descriptor, &before) == 0 else { return .end }
    // Before anything is changed: the caller may have to get ready for signals.
    if isInterrupted() { return .interrupted }
    var hidden = before
    hidden.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG | IEXTEN)
    guard unsafe tcsetattr(descriptor, TCSAFLUSH, &hidden) == 0 else { return .end }
    defer { _ = unsafe tcsetattr(descriptor, TCSADRAIN, &before) }
    prompt()
    var line = HiddenLine()
    while true {
      var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let count = unsafe poll(&source, 1, 100)
      if isInterrupted() { return .interrupted }
      if count <= 0 { continue }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let size = buffer.count
      let got = retried { unsafe read(descriptor, &buffer, size) }
      guard got > 0 else { return line.text.isEmpty ? .end : .line(line.text) }
      for byte in buffer[..<got] { if let ending = line.take(byte, limit) { return ending } }
    }
  }
}

/// A line as it is typed, with the few keys that change it.
private struct HiddenLine {
  private(set) var text: [UInt8] = []
  /// Inside a control sequence, such as those that terminals put around what is pasted.
  private var isInSequence = false

  mutating func take(_ byte: UInt8, _ limit: Int) -> HiddenInput.Ending? {
    if isInSequence {
      isInSequence = !(byte == 0x7E || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte))
      return nil
    }
    switch byte {
    case 0x0A, 0x0D: return .line(text)
    case 0x03, 0x1C: return .interrupted
    case 0x04: return text.isEmpty ? .end : .line(text)
    case 0x08, 0x7F: _ = text.popLast()
    case 0x15: text = []
    case 0x1B: isInSequence = true
    case 0x00...0x1F: break
    default: if text.count < limit { text.append(byte) }
    }
    return nil
  }
}
