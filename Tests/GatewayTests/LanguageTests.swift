import Base
import Console
import Testing

@testable import Gateway

/// The console in the language of the configuration.
@Suite("Languages of the console")
struct LanguageTests {
  @Test("Help in Chinese: every command and every parameter has its sentence")
  func chinese() {
    let world = World.registered(boxes: 1)
    world.follow(
      """
      box1> configure
      box1(config)# language zh
      box1(config*)# commit
      已提交
      box1(config)# port 1 caller-id ?
        VALUE  其中之一：off, bell202, v23, dtmf, bell202-sdmf
      box1(config)# co?
        country  国家配置：信号音、振铃、来电显示和线路时限
        console  idle, socket
        compare  提交将带来的更改
        commit   保存候选配置并生效
      """)
    world.sbc.refusal = 403
    _ = world.console("do register now")
    world.pass(.seconds(1))
    #expect(
      world.console("do explain port 1").contains(
        "注册          故障：SBC 禁止 6001：运营商未开通，或者密码、密钥不对 (403)；下次尝试还有 0:"))
    let box = world.boxes[0].gateway
    for tree in [box.commandTree.commands, box.configurationCommands.commands] {
      expectChinese(tree, box.translation)
    }
  }

  /// A world whose first box speaks Chinese.
  private func chineseWorld() -> World {
    let world = World.registered(boxes: 1)
    for line in ["configure", "language zh", "commit", "exit"] { _ = world.console(line) }
    return world
  }

  @Test("Tables and sentences in Chinese, letter by letter")
  func answers() {
    let world = chineseWorld()
    world.follow(
      """
      box1> show ports
      端口  号码  状态  所拨号码或对方  起始
         1  6001  挂机
         2  6002  挂机
      box1> show port 1
        号码          6001
        名称          Room 6001
        状态          挂机
        业务          已启用，号码 6001
        线路          挂机
        SBC           192.0.2.1:5060
        注册          已注册，剩余 0:09:55
      端口 1 可以通话
      box1> show nonsense
        show nonsense
             ^ 不认识 'nonsense'：可用 status, alarms, version, ports, registrations, port, calls, call, network, provisioning, media, counters, capture, environment, reset, log, running-config, configuration
      box1> configure
      box1(config)# port 1 name "on hook"
        port 1 name "on hook"
               ^ 不认识 'name'：可用 enable, number, user, password, aka, display-name, privacy, codec, caller-id, message-lamp, ring-hertz, line
      box1(config)# sip expires 5
        sip expires 5
                    ^ sip expires：'5' 超出范围：60 到 600000 s
      """)
    // A word by itself may be a command or a name, and stays; a configuration goes back
    // into a box as it is; a machine reads English.
    #expect(world.console("port 1 ?").contains("\n  number "))
    #expect(world.console("show").contains("port 1 display-name \"Room 6001\""))
    _ = world.console("exit")
    #expect(machine("show ports", world).contains("\"state\":\"on hook\""))
    #expect(machine("explain port 1", world).contains("registration  registered"))
  }

  private func machine(_ line: String, _ world: World) -> String {
    world.boxes[0].dialogue(.machine(Text(line.utf8)), now: world.now).answer
  }

  @Test("No answer has a line that is English only")
  func coverage() {
    let world = chineseWorld()
    for line in Self.answered {
      for answer in world.console(line).split(separator: "\n") where answer != "  " + line {
        guard !Self.plain.contains(where: { answer.contains($0) }) else { continue }
        #expect(answer.utf8.contains { $0 > 0x7F }, "\(line): \(answer)")
      }
    }
  }

  /// What is the same in every language.
  private static let plain = ["Tipring 0.1", "  SBC  "]

  /// Every command that answers with more than what was typed before.
  private static let answered = [
    "show status", "show alarms", "show version", "show ports", "show registrations",
    "show registrations detail", "show port 1", "show calls", "show call history",
    "show network", "show provisioning", "show media", "show counters", "show capture",
    "show environment", "show reset", "show configuration differences", "explain port 2",
    "show nothing", "sh c", "show port 99", "show", "explain port 9", "capture stop",
    "factory-reset", "register now", "call 9 6002", "ping nowhere", "resolve ..", "test port 9",
    "provision now", "configure", "show nothing", "no", "check", "compare", "commit", "sip port 0",
    "port 1", "commit confirm 99", "rollback 99", "load merge", "abort", "sip expires 5",
    "exit", "password", "a", "", "restart",
  ]

  private func expectChinese(_ commands: [Command<Gateway>], _ translate: (Text) -> Text) {
    for command in commands {
      let isGroup = command.action == nil && command.help.contains(UInt8(ascii: ","))
      let help = translate(command.help)
      let isTranslated = help != command.help || help.contains { $0 > 0x7F }
      let isPlain = string(command.word) == "VALUE" || command.children.count == 1
      #expect(isTranslated || isGroup || isPlain, "\(string(command.word)): \(string(help))")
      expectChinese(command.children, translate)
    }
  }
}
