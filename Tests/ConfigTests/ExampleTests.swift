import Base
import Board
import Config
import Foundation
import Testing

/// The files in `board/` are what a newcomer copies first.
@Suite("Examples")
struct ExampleTests {
  static func file(_ path: String) throws -> Text {
    let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized
    return try Text(Data(contentsOf: root.appendingPathComponent(path)))
  }

  @Test func simulatedBoardAndItsConfigurationHaveNoMistake() throws {
    let (board, mistakes) = BoardDescription.read(try Self.file("board/sim/board.conf"))
    #expect(mistakes.isEmpty)
    #expect(board == BoardDescription(name: Text("sim"), driver: .simulator, ports: 2))
    let text = try Self.file("board/sim/tipring.conf")
    #expect(report(text, board: board) == "")

    let configuration = Configuration.read(text, checks: checks).configuration
    #expect(configuration.sipServer == .endpoint(Endpoint(.v4(0x7F00_000A), 5060)))
    #expect(configuration.sipLocal == Endpoint(.v4(0x7F00_0014), 5060))
    #expect(configuration.sipExpiresSeconds == 300)
    let ports = configuration.enabledPorts
    #expect(ports.map { string($0.telephoneNumber) } == ["6001", "6002"])
    #expect(ports.map { string($0.user) } == ["6001", "6002"])
    #expect(ports.map { string($0.displayName) } == ["Front desk", "Workshop"])
    #expect(ports.map(\.codecs) == [nil, nil])
    #expect(ports.map(\.callerID) == [nil, nil])
    #expect(ports.map { string($0.lineSocket) } == ["/run/tipring/port1", "/run/tipring/port2"])
  }
}
