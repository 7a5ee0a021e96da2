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
    page.add(true, ("version", words.count > 1 ? Text(words[1]) : []))
    // No time of the start: the clock may be set after it.
    page.begin("uptime_seconds", .gauge, "Time since the firmware has started.")
    page.add(now - startedAt)
    page.begin("network_up", .gauge, "Whether there is a way over an interface of the box's own.")
    if path != .unmanaged { page.add(path != .down, ("network", Text("voice"))) }
    if managementPath != .unmanaged {
      page.add(managementPath != .down, ("network", Text("management")))
    }
  }

  private func addRegistrations(to page: inout MetricsPage) {
    let registrations = agent.registrations
    page.begin("port_registered", .gauge, "Whether the registrar holds a binding of the port.")
    for report in registrations {
      page.add(report.status == .registered, label(port: report.account))
    }
    page.begin("port_registration_code", .gauge, "Last final answer to REGISTER; 0 for none.")
    for report in registrations {
      page.add(UInt64(report.lastCode), label(port: report.account))
    }
    page.begin(
      "port_registration_failures", .gauge, "Attempts to register that failed in a row.")
    for report in registrations {
      page.add(UInt64(report.failures), label(port: report.account))
    }
  }

  private func addPorts(to page: inout MetricsPage) {
    let reports = ports.map { $0.report }
    page.begin("port_off_hook", .gauge, "Whether the handset is off; not of a port out of service.")
    for report in reports {
      guard let isOffHook = report.stage.isOffHook else { continue }
      page.add(isOffHook, label(port: report.number))
    }
    page.begin("port_stage", .gauge, "Where the port stands, as a label.")
    for report in reports {
      page.add(true, label(port: report.number), ("stage", Text(report.stage.label)))
    }
    page.begin("calls_in_progress", .gauge, "Calls that have not ended.")
    for (direction, label) in Self.directions {
      let calls = reports.filter { $0.call?.direction == direction }
      page.add(UInt64(calls.count), label)
    }
  }

  private func addCalls(to page: inout MetricsPage) {
    page.begin("calls_ended_total", .counter, "Ended calls, by who began them and why they ended.")
    for (direction, label) in Self.directions {
      for end in CallEndClass.allCases {
        page.add(totals(of: direction)[end], label, ("reason", Text(end.label)))
      }
    }
    page.begin("calls_answered_total", .counter, "Ended calls that were answered.")
    for (direction, label) in Self.directions {
      page.add(totals(of: direction).answered, label)
    }
    page.begin("calls_talk_seconds_total", .counter, "From answer to end, of all ended calls.")
    for (direction, label) in Self.directions { page.add(totals(of: direction).talked, label) }
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
    page.begin("card_up", .gauge, "Whether the audio card is there.")
    for card in cards { page.add(!card.isLost, label(of: card)) }
    page.begin("card_xruns_total", .counter, "Xruns, by the ring that was their cause.")
    for card in cards {
      page.add(UInt64(card.captureXruns), label(of: card), ("ring", Text("capture")))
      page.add(UInt64(card.playbackXruns), label(of: card), ("ring", Text("playback")))
    }
    page.begin("card_own_xruns_total", .counter, "Of the xruns, those that our work caused.")
    for card in cards { page.add(UInt64(card.ownXruns), label(of: card)) }
    page.begin("card_slipped_periods_total", .counter, "Periods that found no room to be played.")
    for card in cards { page.add(UInt64(card.slippedPeriods), label(of: card)) }
    page.begin("card_losses_total", .counter, "How often the card was lost.")
    for card in cards { page.add(UInt64(card.losses), label(of: card)) }
    page.begin("card_latest_wake_seconds", .gauge, "The latest waking for a period so far.")
    for card in cards { page.add(.microseconds(card.latestWakeUs), label(of: card)) }
    page.begin("card_longest_work_seconds", .gauge, "The longest work for a waking so far.")
    for card in cards { page.add(.microseconds(card.longestWorkUs), label(of: card)) }
  }

  private func addSignalling(to page: inout MetricsPage) {
    page.begin("sip_events_total", .counter, "What the SIP side counted: see show counters.")
    for counter in AgentCounter.allCases {
      page.add(UInt64(agent.counters[counter]), ("event", Text(counter.label)))
    }
  }

  private func addAlarms(to page: inout MetricsPage) {
    let raised = alarms.raised.map { AlarmKind($0.alarm) }
    page.begin("alarms_raised", .gauge, "Alarms that are raised now, by kind: see show alarms.")
    for kind in AlarmKind.allCases {
      page.add(UInt64(raised.count { $0 == kind }), ("alarm", Text(kind.label)))
    }
  }

  private static var directions: [(CallDirection, MetricsPage.Label)] {
    [
      (.outgoing, ("direction", Text("outgoing"))), (.incoming, ("direction", Text("incoming"))),
    ]
  }

  private func label(of card: CardStatistics) -> MetricsPage.Label {
    ("card", cell { $0.append(decimal: card.number) })
  }

  private func label(port: PortNumber) -> MetricsPage.Label {
    ("port", cell { $0.append(decimal: port) })
  }
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
    case .concealedFrames: ("audio_concealed_frames_total", "Frames of 10 ms that were made up.")
    case .droppedFrames: ("audio_dropped_frames_total", "Frames of 10 ms that were left out.")
    }
  }
}
