import Base
import Call
import Config
import Line
import MediaControl
import Network
import Testing

@testable import Gateway

@Suite("The page of metrics")
struct MetricsTests {
  /// The samples of a page by series; what breaks the format is an issue.
  private func samples(_ page: Text) -> [String: String] {
    let text = string(page)
    #expect(text.hasSuffix("\n") && !text.contains("\n\n"))
    var samples: [String: String] = [:]
    var (family, kind, families) = ("", "", Set<String>())
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3).map { String($0) }
      if line.hasPrefix("# HELP ") {
        family = words[2]
        kind = ""
        #expect(family.hasPrefix("tipring_") && families.insert(family).inserted, "\(line)")
        #expect(words.count == 4 && !words[3].contains("\\"), "\(line)")
      } else if line.hasPrefix("# TYPE ") {
        kind = words[3]
        #expect(words[2] == family && ["counter", "gauge"].contains(kind), "\(line)")
        #expect(family.hasSuffix("_total") == (kind == "counter"), "\(line)")
      } else {
        let series = String(line[..<(line.lastIndex(of: " ") ?? line.endIndex)])
        #expect(series.prefix { $0 != "{" } == family && !kind.isEmpty, "\(line)")
        let value = String(line.dropFirst(series.count + 1))
        #expect(Double(value) != nil, "\(line)")
        #expect(samples.updateValue(value, forKey: series) == nil, "\(line) is there twice")
      }
    }
    return samples
  }

  private func samples(_ world: World, _ box: Int = 0) -> [String: String] {
    samples(world.boxes[box].gateway.metrics(now: world.now))
  }

  /// The ended calls of a box that are more than none, by direction and reason.
  private func ended(_ world: World, _ box: Int = 0) -> [String: String] {
    var ended: [String: String] = [:]
    for (series, value) in samples(world, box) where value != "0" {
      guard series.hasPrefix("tipring_calls_ended_total{") else { continue }
      let words = series.split(separator: "\"")
      ended["\(words[1]) \(words[3])"] = value
    }
    return ended
  }

  @Test("A box that has just registered, line by line")
  func registered() {
    let world = World.registered(boxes: 1)
    let page = string(world.boxes[0].gateway.metrics(now: world.now))
    #expect(
      page.hasPrefix(
        """
        # HELP tipring_build_info The release of the firmware, as a label.
        # TYPE tipring_build_info gauge
        tipring_build_info{version="0.1"} 1
        # HELP tipring_uptime_seconds Time since the firmware has started.
        # TYPE tipring_uptime_seconds gauge
        tipring_uptime_seconds 5.000000
        # HELP tipring_network_up Whether there is a way over an interface of the box's own.
        # TYPE tipring_network_up gauge
        # HELP tipring_port_registered Whether the registrar holds a binding of the port.
        # TYPE tipring_port_registered gauge
        tipring_port_registered{port="1"} 1
        tipring_port_registered{port="2"} 1
        # HELP tipring_port_registration_code Last final answer to REGISTER; 0 for none.
        # TYPE tipring_port_registration_code gauge
        tipring_port_registration_code{port="1"} 200

        """))
    let samples = samples(world)
    // A graph begins at 0 only if the series is there before the first call.
    #expect(samples.keys.filter { $0.hasPrefix("tipring_calls_ended_total{") }.count == 26)
    #expect(ended(world).isEmpty)
    #expect(samples["tipring_port_stage{port=\"2\",stage=\"idle\"}"] == "1")
    #expect(samples["tipring_port_off_hook{port=\"2\"}"] == "0")
    #expect(samples["tipring_alarms_raised{alarm=\"no_service\"}"] == "0")
    #expect(samples["tipring_sip_events_total{event=\"sent\"}"] == "4")
    #expect(samples["tipring_sip_events_total{event=\"received\"}"] == "4")
  }

  @Test("A registrar that refuses")
  func refused() {
    let world = World(boxes: 1)
    world.sbc.refusal = 403
    world.start()
    world.pass(.seconds(10))
    let samples = samples(world)
    #expect(samples["tipring_port_registered{port=\"1\"}"] == "0")
    #expect(samples["tipring_port_registration_code{port=\"1\"}"] == "403")
    #expect(samples["tipring_port_registration_failures{port=\"1\"}"] == "1")
    #expect(samples["tipring_alarms_raised{alarm=\"not_registered\"}"] == "2")
    #expect(samples["tipring_alarms_raised{alarm=\"no_service\"}"] == "1")
  }

  @Test("A call while it lasts, and when it is over")
  func call() {
    let world = World.registered()
    world.connect(0, to: "6003", 1, 1)
    var shown = samples(world)
    #expect(shown["tipring_port_stage{port=\"1\",stage=\"talking\"}"] == "1")
    #expect(shown["tipring_port_off_hook{port=\"1\"}"] == "1")
    #expect(shown["tipring_calls_in_progress{direction=\"outgoing\"}"] == "1")
    #expect(shown["tipring_calls_in_progress{direction=\"incoming\"}"] == "0")
    #expect(samples(world, 1)["tipring_calls_in_progress{direction=\"incoming\"}"] == "1")
    world.pass(.seconds(9))
    world.replace(0)
    world.pass(.seconds(2))
    shown = samples(world)
    #expect(shown["tipring_calls_in_progress{direction=\"outgoing\"}"] == "0")
    #expect(shown["tipring_calls_answered_total{direction=\"outgoing\"}"] == "1")
    #expect(ended(world) == ["outgoing local": "1"])
    #expect(ended(world, 1) == ["incoming remote": "1"])
    // Answered a second before `connect` returned; half a second of on-hook is no flash any more.
    #expect(shown["tipring_calls_talk_seconds_total{direction=\"outgoing\"}"] == "10.498000")
    world.replace(1)
    world.expectQuiet()
  }

  @Test(
    "Why calls end",
    arguments: [
      (UInt16(486), "busy"), (600, "busy"), (404, "refused"), (603, "refused"), (302, "refused"),
      (500, "server_failure"), (503, "server_failure"),
    ])
  func reasons(code: UInt16, reason: String) {
    let world = World.registered(boxes: 1)
    world.sbc.scripts["9001"] = [.init(code: code)]
    world.lift(0)
    world.dial("9001", 0)
    world.pass(.seconds(2))
    #expect(ended(world) == ["outgoing \(reason)": "1"])
    let shown = samples(world)
    #expect(shown["tipring_calls_answered_total{direction=\"outgoing\"}"] == "0")
    #expect(shown["tipring_calls_talk_seconds_total{direction=\"outgoing\"}"] == "0.000000")
  }

  @Test("Every end has its class")
  func classes() {
    let classes = [
      CallEnd.hungUp, .session(.local), .session(.byRemote), .session(.cancelled), .noAnswer,
      .session(.timeout), .session(.unauthorized), .session(.unacknowledged),
      .session(.dialogLost), .incompatible, .refusedHere, .outOfService, .session(.status(499)),
      .session(.status(599)), .session(.status(699)),
    ].map { string(Text(CallEndClass($0).label)) }
    #expect(
      classes == [
        "local", "local", "remote", "cancelled", "no_answer", "timeout", "unauthorized", "lost",
        "lost", "incompatible", "no_room", "out_of_service", "refused", "server_failure",
        "refused",
      ])
  }

  @Test("The sums go on where the list of calls forgets")
  func manyCalls() {
    let world = World.registered(boxes: 1)
    world.sbc.scripts["9001"] = [.init(code: 486)]
    for _ in 0..<60 {
      world.lift(0)
      world.dial("9001", 0)
      world.pass(.seconds(2))
      world.replace(0)
      world.pass(.seconds(2))
    }
    #expect(world.boxes[0].gateway.history.count == 50)
    #expect(ended(world) == ["outgoing busy": "60"])
  }

  @Test("What an open stream has reported counts at once, and not again when it ends")
  func streams() {
    let world = World.registered()
    world.connect(0, to: "6003", 1, 1)
    #expect(samples(world)["tipring_rtp_sent_packets_total"] == "0")
    world.pass(.seconds(7))
    #expect(samples(world)["tipring_rtp_sent_packets_total"] == "500")
    world.boxes[0].media.statistics.sentPackets = 800
    world.replace(0)
    world.pass(.seconds(2))
    let shown = samples(world)
    #expect(shown["tipring_rtp_sent_packets_total"] == "800")
    #expect(shown["tipring_rtp_received_packets_total"] == "490")
    #expect(shown["tipring_rtp_lost_packets_total"] == "10")
    #expect(shown["tipring_audio_concealed_frames_total"] == "20")
    #expect(shown["tipring_audio_dropped_frames_total"] == "0")
  }

  @Test("A sum never falls, whatever a stream counts")
  func monotonic() {
    var totals = StreamTotals()
    var last: StreamStatistics?
    var seen: [UInt64] = []
    for lost in [UInt32(3), 10, 9, 12, 0, 4] {
      var statistics = StreamStatistics()
      statistics.lostPackets = lost
      totals.add(statistics, since: last)
      last = statistics
      seen.append(totals[.lostPackets])
    }
    #expect(seen == [3, 10, 10, 13, 13, 17])
  }

  @Test("Each counter of a stream is its own family")
  func counters() {
    var statistics = StreamStatistics()
    statistics.sentPackets = 1
    statistics.receivedPackets = 2
    statistics.lostPackets = 3
    statistics.latePackets = 4
    statistics.duplicatePackets = 5
    statistics.refusedPackets = 6
    statistics.strangerPackets = 7
    statistics.forgedPackets = 8
    statistics.replayedPackets = 9
    statistics.concealedFrames = 10
    statistics.droppedFrames = 11
    let world = World.registered(boxes: 1)
    let now = world.now
    world.act(0) { $0.receive(.streamClosed(1, statistics), now: now, into: &$1) }
    world.act(0) { $0.receive(.periodsMissed(12), now: now, into: &$1) }
    let shown = samples(world)
    let names = [
      "rtp_sent_packets", "rtp_received_packets", "rtp_lost_packets", "rtp_late_packets",
      "rtp_duplicate_packets", "rtp_refused_packets", "rtp_stranger_packets",
      "srtp_forged_packets", "srtp_replayed_packets",
      "audio_concealed_frames", "audio_dropped_frames", "media_missed_periods",
    ]
    #expect(names.map { shown["tipring_\($0)_total"] } == (1...12).map { "\($0)" })
  }

  @Test("Audio cards")
  func cards() {
    let world = World.registered(boxes: 1)
    #expect(!samples(world).keys.contains { $0.hasPrefix("tipring_card") })
    var card = CardStatistics(number: 2)
    card.captureXruns = 3
    card.playbackXruns = 4
    card.ownXruns = 1
    card.slippedPeriods = 5
    card.losses = 6
    card.latestWakeUs = 1_234
    card.longestWorkUs = 2_000_001
    var lost = CardStatistics(number: 3)
    lost.isLost = true
    world.boxes[0].gateway.cards = [card, lost]
    let shown = samples(world)
    #expect(shown["tipring_card_up{card=\"2\"}"] == "1")
    #expect(shown["tipring_card_up{card=\"3\"}"] == "0")
    #expect(shown["tipring_card_xruns_total{card=\"2\",ring=\"capture\"}"] == "3")
    #expect(shown["tipring_card_xruns_total{card=\"2\",ring=\"playback\"}"] == "4")
    #expect(shown["tipring_card_own_xruns_total{card=\"2\"}"] == "1")
    #expect(shown["tipring_card_slipped_periods_total{card=\"2\"}"] == "5")
    #expect(shown["tipring_card_losses_total{card=\"2\"}"] == "6")
    #expect(shown["tipring_card_latest_wake_seconds{card=\"2\"}"] == "0.001234")
    #expect(shown["tipring_card_longest_work_seconds{card=\"2\"}"] == "2.000001")
  }

  @Test("A port whose hardware is gone tells no hook, and its alarm is counted")
  func outOfService() {
    let world = World.registered(boxes: 1)
    let now = world.now
    world.act(0) { $0.lineCircuitLost(2, why: Text("gone"), now: now, into: &$1) }
    world.pass(.seconds(6))
    let shown = samples(world)
    #expect(shown["tipring_port_off_hook{port=\"1\"}"] == "0")
    #expect(shown["tipring_port_off_hook{port=\"2\"}"] == nil)
    #expect(shown["tipring_port_stage{port=\"2\",stage=\"out_of_service\"}"] == "1")
    #expect(shown["tipring_alarms_raised{alarm=\"line_circuit_lost\"}"] == "1")
    #expect(shown["tipring_alarms_raised{alarm=\"card_lost\"}"] == "0")
  }

  @Test("The networks that the box sees to itself, and no others")
  func networks() {
    let world = World.registered(boxes: 1)
    let lease = Lease(InterfaceAddress(.v4(0x0A64_0001), prefix: 24))
    let now = world.now
    let (voice, management) = (
      "tipring_network_up{network=\"voice\"}", "tipring_network_up{network=\"management\"}"
    )
    #expect(samples(world)[voice] == nil)
    world.act(0) { gateway, _ in gateway.pathFell(now: now) }
    #expect(samples(world)[voice] == "0")
    #expect(samples(world)[management] == nil)
    world.act(0) { gateway, out in gateway.pathRose(lease, now: now, into: &out) }
    world.boxes[0].gateway.managementPath = .down
    #expect(samples(world)[voice] == "1")
    #expect(samples(world)[management] == "0")
    world.boxes[0].gateway.managementPath = .up(lease)
    #expect(samples(world)[management] == "1")
  }

  @Test("Whatever a label is, it stays within its quotes")
  func escapes() {
    var page = MetricsPage()
    page.begin("x", .gauge, "X.")
    page.label("a", Text("\\ \" \n 电\t"))
    page.label("b", [])
    page.add(true)
    page.add(Duration.milliseconds(-5))
    #expect(
      string(page.text) == """
        # HELP tipring_x X.
        # TYPE tipring_x gauge
        tipring_x{a="\\\\ \\" \\n 电\t",b=""} 1
        tipring_x 0.000000

        """)
  }

  @Test(
    "A time is as long as it is",
    arguments: [
      (Duration.seconds(100 * 86_400) + .microseconds(7), "8640000.000007"),
      (.microseconds(2_147_483_648), "2147.483648"), (.seconds(4_294_967_295), "4294967295.000000"),
    ])
  func longTimes(time: Duration, expected: String) {
    var page = MetricsPage()
    page.begin("x", .gauge, "X.")
    page.add(time)
    #expect(string(page.text).hasSuffix("\ntipring_x \(expected)\n"))
  }

  @Test("A caller's words make no series")
  func bounded() {
    let world = World.registered()
    let before = Set(samples(world).keys)
    world.connect(0, to: "6003", 1, 1)
    world.replace(0)
    world.replace(1)
    world.pass(.seconds(10))
    world.receive(Text("noise"), 0)
    world.receive(Text("noise"), 0, from: Endpoint(.v4(1), 1))
    #expect(Set(samples(world).keys) == before)
    #expect(!string(world.boxes[0].gateway.metrics(now: world.now)).contains("6003"))
  }
}
