import Base
import Board
import Config
import Gateway
import Linux
import Provisioning

/// The stored configuration and the ones before it: `STORED`, `STORED.1` … `STORED.10`.
///
/// Each file is the old one or the new one at any moment, power cut or not. `STORED.trial` says
/// that what is stored goes away unless it is confirmed; it holds the minutes. `STORED.provisioned`
/// is what is remembered of the last file that a server gave.
struct ConfigurationStore {
  let path: Text
  let board: BoardDescription?

  /// Reads the configuration that was stored so many commits ago.
  func read(_ commits: UInt8) throws(FileComplaint) -> Configuration {
    try ConfigurationFile.read(earlier(commits), board: board)
  }

  /// Stores a configuration; the one before becomes `.1`, unless it is broken.
  func store(_ content: Text, trialMinutes: UInt8?) throws(FileComplaint) {
    try keepEarlier()
    // The mark comes first: between the two, what is on trial equals what it would go back to.
    if let trialMinutes {
      var mark = Text()
      mark.append(decimal: trialMinutes)
      try attempt(trialPath) { () throws(Errno) in try File.replace(trialPath, with: mark) }
    }
    try attempt(path) { () throws(Errno) in try File.replace(path, with: content) }
    if trialMinutes == nil { try confirm() }
  }

  /// Forgets that what is stored is on trial.
  func confirm() throws(FileComplaint) {
    try attempt(trialPath) { () throws(Errno) in try File.remove(trialPath) }
  }

  /// The minutes of a trial that a restart interrupted, and what it goes back to.
  func trial() -> (minutes: UInt8, previous: Configuration)? {
    guard let mark = try? ConfigurationFile.contents(of: trialPath),
      let minutes = mark.decimalValue.flatMap({ UInt8(exactly: $0) }),
      let previous = try? read(1)
    else { return nil }
    return (minutes, previous)
  }

  /// Does what a console asks for.
  func carryOut(_ errand: ConsoleErrand) -> ConsoleErrandResult {
    do throws(FileComplaint) {
      switch errand {
      case .store(let configuration, let minutes):
        try store(configuration.text(secrets: .stored), trialMinutes: minutes)
      case .confirm: try confirm()
      case .factoryReset: try forget()
      case .openCapture, .closeCapture, .readCapture, .setPassword, .readEnvironment: break
      case .load(let commits): return .loaded(try read(commits))
      }
      return .done
    } catch {
      return .failed(error.sentence)
    }
  }

  /// Removes what is stored and all before it, the stored one last: a power cut on the way leaves a
  /// box that runs.
  private func forget() throws(FileComplaint) {
    try confirm()
    try attempt(provisionedPath) { () throws(Errno) in try File.remove(provisionedPath) }
    for commits in stride(from: ConsoleErrand.historyLimit, through: 0, by: -1) {
      let path = earlier(commits)
      try attempt(path) { () throws(Errno) in try File.remove(path) }
    }
  }

  /// What is remembered of the last file that provisioning took.
  func provisioningRecord() -> ProvisioningRecord {
    let text = (try? File.read(provisionedPath, limit: ProvisioningRecord.limit)) ?? []
    return ProvisioningRecord(parsing: text)
  }

  /// Remembers another one.
  func remember(_ record: ProvisioningRecord) throws(FileComplaint) {
    try attempt(provisionedPath) { () throws(Errno) in
      try File.replace(provisionedPath, with: record.text)
    }
  }

  private var provisionedPath: Text { path + Text(".provisioned") }

  private var trialPath: Text { path + Text(".trial") }

  private func earlier(_ commits: UInt8) -> Text {
    guard commits > 0 else { return path }
    var name = path
    name.append(".")
    name.append(decimal: commits)
    return name
  }

  /// Copies what is stored, so that its own name never stands for nothing; a broken file is not
  /// worth to be kept in place of a good one.
  private func keepEarlier() throws(FileComplaint) {
    guard (try? read(0)) != nil else { return }
    let content = try ConfigurationFile.contents(of: path)
    // The copy first: a disk that is full refuses it while nothing has changed. The renames become
    // lasting with the next file; until then what is stored is whole.
    let copy = path + Text(".0")
    try attempt(copy) { () throws(Errno) in try File.replace(copy, with: content) }
    for commits in stride(from: ConsoleErrand.historyLimit, to: 1, by: -1) {
      File.move(earlier(commits - 1), to: earlier(commits))
    }
    File.move(copy, to: earlier(1))
  }

  private func attempt(
    _ path: Text, _ body: () throws(Errno) -> Void
  ) throws(FileComplaint) {
    do throws(Errno) {
      try body()
    } catch {
      throw FileComplaint(text: path + Text(": ") + error.message + Text("\n"))
    }
  }
}
