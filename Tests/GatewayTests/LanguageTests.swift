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
      committed
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
        "registration  故障：SBC 禁止 6001：运营商未开通 (403)；下次尝试还有 0:"))
    let box = world.boxes[0].gateway
    for tree in [box.commandTree.commands, box.configurationCommands.commands] {
      expectChinese(tree, box.translation)
    }
  }

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
