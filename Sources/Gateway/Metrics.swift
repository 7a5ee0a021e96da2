public import Base
internal import Call
internal import MediaControl
internal import SIPAgent

extension Gateway {
  /// The page of metrics at this moment, in Prometheus's text format, version 0.0.4.
  ///
  /// There are as many series as ports, cards and words of ours: no caller and no datagram makes
  /// another one. Who calls whom is not on it, since whoever reaches the address may read it.
  public func metrics(now: Instant) -> Text {
    var page = MetricsPage()
    addBox(to: &page, now)
    addRegistrations(to: &page)
    addPorts(to: &page)
    addCalls(to: &page)
    addMedia(to: &page)
    addCards(to: &page)
    addSignalling(to: &page)
    addAlarms(to: &page)
    return page.text
  }

  private func addBox(to page: inout MetricsPage, _ now: Instant) {
    // `show version` begins with the program's name and its release.
    let words = version.prefix { $0 != UInt8(ascii: "\n") }.split(separator: UInt8(ascii: " "))
    page.begin("build_info", .gauge, "The release of the firmware, as a label.")
    page.label("version", words.count > 1 ? Text(words[1]) : [])
    page.add(1)
    // No time of the start: the clock may be set after it.
    page.begin("uptime_seconds", .gauge, "Time since the firmware has started.")
    page.add(now - startedAt)
    page.begin("network_up", .gauge, "Whether there is a way over an interface of the box's own.")
    add(path, "voice", to: &page)
    add(managementPath, "management", to: &page)
  }

  private func add(_ path: NetworkPath, _ name: StaticString, to page: inout MetricsPage) {
    guard path != .unmanaged else { return }
    page.label("network", word: name)
    page.add(path != .down)
  }

  private func addRegistrations(to page: inout MetricsPage) {
    let registrations = agent.registrations
    page.begin("port_registered", .gauge, "Whether the registrar holds a binding of the port.")
    for report in registrations {
      page.label("port", number: report.account)
      page.add(report.status == .registered)
    }
    page.begin("port_registration_code", .gauge, "Last final answer to REGISTER; 0 for none.")
    for report in registrations {
      page.label("port", number: report.account)
      page.add(UInt64(report.lastCode))
    }
    page.begin("port_registration_failures", .gauge, "Tries to register that failed in a row.")
    for report in registrations {
      page.label("port", number: report.account)
      page.add(UInt64(report.failures))
    }
  }

  private func addPorts(to page: inout MetricsPage) {
    let reports = ports.map { $0.report }
    page.begin(
      "port_off_hook", .gauge,
      "Whether the handset is off; not of a port out of service or under test.")
    for report in reports {
      guard let isOffHook = report.stage.isOffHook else { continue }
      page.label("port", number: report.number)
      page.add(isOffHook)
    }
    page.begin("port_stage", .gauge, "Where the port stands, as a label.")
    for report in reports {
      page.label("port", number: report.number)
      page.label("stage", word: report.stage.label)
      page.add(1)
    }
    page.begin("calls_in_progress", .gauge, "Calls that have not ended.")
    for direction in Self.directions {
      var calls: UInt64 = 0
      for report in reports where report.call?.direction == direction { calls += 1 }
      page.label("direction", word: direction.label)
      page.add(calls)
    }
  }

  private func addCalls(to page: inout MetricsPage) {
    page.begin("calls_ended_total", .counter, "Ended calls, by who began them and why they ended.")
    for direction in Self.directions {
      for end in CallEndClass.allCases {
        page.label("direction", word: direction.label)
        page.label("reason", word: end.label)
        page.add(totals(of: direction)[end])
      }
    }
    page.begin("calls_answered_total", .counter, "Ended calls that were answered.")
    for direction in Self.directions {
      page.label("direction", word: direction.label)
      page.add(totals(of: direction).answered)
    }
    page.begin("calls_talk_seconds_total", .counter, "From answer to end, of all ended calls.")
    for direction in Self.directions {
      page.label("direction", word: direction.label)
      page.add(totals(of: direction).talked)
    }
  }

  private func totals(of direction: CallDirection) -> CallTotals {
    direction == .outgoing ? outgoingCalls : incomingCalls
  }

  private func addMedia(to page: inout MetricsPage) {
    for counter in StreamCounter.allCases {
      let (name, help) = counter.family
      page.begin(name, .counter, help)
      page.add(streams[counter])
    }
    page.begin(
      "media_missed_periods_total", .counter, "Periods of 10 ms that the media threads left out.")
    page.add(media.missedPeriods)
  }

  private func addCards(to page: inout MetricsPage) {
    page.begin("card_xruns_total", .counter, "Xruns, by the ring that was their cause.")
    for card in cards {
      page.label("card", number: card.number)
      page.label("ring", word: "capture")
      page.add(UInt64(card.captureXruns))
      page.label("card", number: card.number)
      page.label("ring", word: "playback")
      page.add(UInt64(card.playbackXruns))
    }
    for counter in CardCounter.allCases {
      let (name, kind, help) = counter.family
      page.begin(name, kind, help)
      for card in cards {
        page.label("card", number: card.number)
        let value = counter.value(in: card)
        if counter.isTime { page.add(.microseconds(value)) } else { page.add(UInt64(value)) }
      }
    }
  }

  private func addSignalling(to page: inout MetricsPage) {
    page.begin("sip_events_total", .counter, "What the SIP side counted: see show counters.")
    for counter in AgentCounter.allCases {
      page.label("event", word: counter.label)
      page.add(UInt64(agent.counters[counter]))
    }
  }

  private func addAlarms(to page: inout MetricsPage) {
    let raised = alarms.raised
    page.begin("alarms_raised", .gauge, "Alarms that are raised now, by kind: see show alarms.")
    for kind in AlarmKind.allCases {
      var count: UInt64 = 0
      for (alarm, _) in raised where AlarmKind(alarm) == kind { count += 1 }
      page.label("alarm", word: kind.label)
      page.add(count)
    }
  }

  private static var directions: [CallDirection] { [.outgoing, .incoming] }
}

extension StreamCounter {
  /// The name and the help of its family.
  fileprivate var family: (StaticString, StaticString) {
    switch self {
    case .sentPackets: ("rtp_sent_packets_total", "RTP packets sent.")
    case .receivedPackets: ("rtp_received_packets_total", "RTP packets taken from far parties.")
    case .lostPackets: ("rtp_lost_packets_total", "RTP packets that never came.")
    case .latePackets: ("rtp_late_packets_total", "RTP packets that came too late to be played.")
    case .duplicatePackets: ("rtp_duplicate_packets_total", "RTP packets that came twice.")
    case .refusedPackets: ("rtp_refused_packets_total", "Packets of no agreed form, or too many.")
    case .strangerPackets: ("rtp_stranger_packets_total", "Packets from anybody else.")
    case .forgedPackets: ("srtp_forged_packets_total", "Protected packets with a wrong tag.")
    case .replayedPackets: ("srtp_replayed_packets_total", "Protected packets that came again.")
    case .concealedFrames: ("audio_concealed_frames_total", "Frames of 10 ms that were made up.")
    case .droppedFrames: ("audio_dropped_frames_total", "Frames of 10 ms that were left out.")
    }
  }
}

/// What is told of a card by number.
private enum CardCounter: UInt8, CaseIterable {
  case presence
  case ownXruns
  case slippedPeriods
  case losses
  case latestWake
  case longestWork

  /// Whether it is microseconds.
  var isTime: Bool { self == .latestWake || self == .longestWork }

  func value(in card: CardStatistics) -> UInt32 {
    switch self {
    case .presence: card.isLost ? 0 : 1
    case .ownXruns: card.ownXruns
    case .slippedPeriods: card.slippedPeriods
    case .losses: card.losses
    case .latestWake: card.latestWakeUs
    case .longestWork: card.longestWorkUs
    }
  }

  /// The name, the kind and the help of its family.
  var family: (StaticString, MetricsPage.Kind, StaticString) {
    switch self {
    case .presence: ("card_up", .gauge, "Whether the audio card is there.")
    case .ownXruns:
      ("card_own_xruns_total", .counter, "Of the xruns, those that our work caused.")
    case .slippedPeriods:
      ("card_slipped_periods_total", .counter, "Periods that found no room to be played.")
    case .losses: ("card_losses_total", .counter, "How often the card was lost.")
    case .latestWake:
      ("card_latest_wake_seconds", .gauge, "The latest waking for a period so far.")
    case .longestWork:
      ("card_longest_work_seconds", .gauge, "The longest work for a waking so far.")
    }
  }
}
