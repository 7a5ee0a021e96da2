internal import Base
internal import Config
internal import Console

/// Lines of a configuration on their way from a terminal into the candidate.
///
///     load merge, load replace ──lines──> kept ──"."──> candidate, or every mistake
///                                           └──"abort"──> forgotten
struct ConfigurationPaste {
  /// Whether what is not pasted goes back to the standard.
  let replaces: Bool
  private(set) var text = Text()
  /// Whether lines came that had no room.
  private(set) var isTooLong = false

  init(replaces: Bool) { self.replaces = replaces }

  /// Keeps a line, which may be empty.
  mutating func keep(_ line: Text) {
    guard text.count + line.count < CommandFile.sizeLimit else {
      isTooLong = true
      return
    }
    text += line
    text.append("\n")
  }
}

extension Gateway {
  mutating func beginPaste(replaces: Bool, _ answer: inout Text) {
    console.paste = ConfigurationPaste(replaces: replaces)
    answer.append("paste the lines; a line with . ends, one with abort forgets them\n")
  }

  /// Takes a line behind `load`.
  mutating func takePasted(_ line: Text, _ answer: inout Text) {
    if line.equals(".") {
      finishPaste(&answer)
    } else if line.equals("abort") {
      console.paste = nil
      answer.append("nothing was changed\n")
    } else {
      console.paste?.keep(line)
    }
  }

  /// All of it becomes the candidate, or none of it and every mistake is told.
  private mutating func finishPaste(_ answer: inout Text) {
    guard let paste = console.paste else { return }
    console.paste = nil
    guard !paste.isTooLong else {
      return answer.append("too long: at most 65536 bytes; nothing was changed\n")
    }
    let (pasted, mistakes) = Configuration.read(
      paste.text, checks: .standard, board: board, running: editing.candidate, isWhole: false)
    guard mistakes.isEmpty else {
      answer.append(mistakes)
      return answer.append("nothing was changed\n")
    }
    editing.candidate = paste.replaces ? pasted : editing.candidate.merging(pasted)
    showChanges(&answer)
  }
}
