internal import Base
internal import SIPSyntax

/// What the NOTIFYs of our subscriptions say (RFC 6665 §4.1.3).
extension UserAgent {
  /// The values of Allow-Events: what a NOTIFY may be about.
  var events: Text {
    var names = Text()
    for package in EventPackage.allCases where takes(package) {
      if !names.isEmpty { names.append(", ") }
      names.append(package.name)
    }
    return names
  }

  /// Whether a NOTIFY may be about it.
  private func takes(_ package: EventPackage) -> Bool {
    switch package {
    case .registration: true
    case .messages: settings.messageWaiting != .off
    case .profile: settings.followsProfile
    case .conference: true
    }
  }

  /// The subscription that a NOTIFY about it belongs to.
  private func place(of notify: Message, about package: EventPackage) -> WatchPlace? {
    guard package == .conference else {
      return accounts.firstIndex { $0[package]?.owns(notify) ?? false }
        .map { .account($0, package) }
    }
    return table.first { $0.conference?.event.owns(notify) ?? false }.map { .session($0.number) }
  }

  /// A NOTIFY, whatever it belongs to.
  mutating func receiveNotify(
    _ request: Message, _ arrival: Arrival, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    if receiveTransferNotice(request, arrival, now: now, into: &out) { return }
    let named = EventPackage.allCases.first { request.value(of: .event, is: $0.name) }
    let package = named ?? .registration
    guard let place = place(of: request, about: package) else {
      return receiveUnsolicited(request, arrival, about: package, into: &out)
    }
    guard named != nil else {
      return refuse(request, 489, arrival.source, .badRequest, into: &out)
    }
    let last = self[place]?.dialog?.remoteSequence
    if let last, arrival.sequence.number < last {
      return refuse(request, 500, arrival.source, .outOfOrder, into: &out)
    }
    if package != .registration, !request.body.isEmpty, request.news(of: package) == nil {
      return refuse(request, 400, arrival.source, .badRequest, into: &out)
    }
    confirm(request, arrival, into: &out)
    guard last != arrival.sequence.number else { return }
    joinDialog(place, of: request, sequence: arrival.sequence.number)
    act(on: request, place, now: now, into: &out)
  }

  /// A NOTIFY without a subscription of ours: mailboxes and services may tell of themselves unasked.
  ///
  /// One with a To tag belongs to a subscription that we do not know, perhaps from before a restart;
  /// the 481 ends it.
  private mutating func receiveUnsolicited(
    _ request: Message, _ arrival: Arrival, about package: EventPackage,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let isOutside = (try? request.to())?.tag == nil
    guard package == .messages || package == .profile, isOutside else {
      return refuse(request, 481, arrival.source, .unknownDialog, into: &out)
    }
    guard takes(package) else {
      return refuse(request, 489, arrival.source, .badRequest, into: &out)
    }
    guard let i = accountCalled(by: request, arrival.uri) else {
      return refuse(request, 404, arrival.source, .unknownUser, into: &out)
    }
    guard let news = request.news(of: package) else {
      return refuse(request, 400, arrival.source, .badRequest, into: &out)
    }
    confirm(request, arrival, into: &out)
    learn(news, account: i, into: &out)
  }

  private mutating func learn(
    _ news: ServiceNews, account i: Int, into out: inout Outbox<UserAgentOutput>
  ) {
    let number = accounts[i].account.number
    switch news {
    case .messages(let summary):
      guard accounts[i].messages != summary else { return }
      accounts[i].messages = summary
      out.emit(.messages(number, summary))
    case .services(let services):
      guard let pattern = services.dialTone, accounts[i].dialTone != pattern else { return }
      accounts[i].dialTone = pattern
      out.emit(.dialTone(number, pattern))
    case .conference:
      break  // Not an account's.
    }
  }

  mutating func confirm(
    _ request: Message, _ arrival: Arrival, into out: inout Outbox<UserAgentOutput>
  ) {
    var writer = MessageWriter(
      answering: request, code: 200, tag: statelessTag, source: arrival.source)
    if !settings.userAgent.isEmpty { writer.add(.server, settings.userAgent) }
    send(writer.finish(), to: responseDestination(request, arrival.source), into: &out)
  }

  /// A NOTIFY makes the dialog when it is faster than the 2xx, and moves its target.
  private mutating func joinDialog(
    _ place: WatchPlace, of notify: Message, sequence: UInt32
  ) {
    guard var watch = self[place], var dialog = watch.dialog else { return }
    if dialog.remoteTag.isEmpty, let range = notify.first(.from),
      let tag = try? notify.from().tag
    {
      dialog.remoteTag = notify.text(tag)
      dialog.remote = notify.text(range)
      dialog.routes = notify.elements(.recordRoute).map { notify.text($0) }
    }
    try? dialog.refreshTarget(from: notify)
    dialog.remoteSequence = sequence
    watch.dialog = dialog
    self[place] = watch
  }

  /// First what the document says, then what the subscription has become.
  private mutating func act(
    on notify: Message, _ place: WatchPlace, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    switch place {
    case .account(let i, .registration):
      guard notify.value(of: .contentType, is: "application/reginfo+xml"),
        let information = RegistrationInformation(parsing: notify.text(notify.body))
      else { break }
      learn(information, account: i, now: now, into: &out)
    case .account(let i, let package):
      if let news = notify.news(of: package) { learn(news, account: i, into: &out) }
    case .session(let number):
      guard case .conference(let document) = notify.news(of: .conference) else { break }
      learn(document, session: number, now: now, into: &out)
    }
    // A registration that has ended took its subscription with it.
    guard self[place]?.dialog != nil, let state = notify.first(.subscriptionState) else {
      return
    }
    let semicolon = notify.bytes[state].firstIndex(of: UInt8(ascii: ";")) ?? state.upperBound
    func seconds(_ name: StaticString) -> UInt32? {
      notify.parameter(name, in: semicolon..<state.upperBound)
        .flatMap { notify.seconds(in: $0) }
    }
    let lifetime = seconds("expires")
    guard notify.value(of: .subscriptionState, is: "terminated") else {
      return steerWatch(place, now: now, into: &out) { subscription, _, _ in
        subscription.receiveNotice(expiresSeconds: lifetime, now: now)
      }
    }
    let ending = Self.ending(
      notify.parameter("reason", in: semicolon..<state.upperBound).map { notify.text($0) })
    let pause = seconds("retry-after") ?? 0
    steerWatch(place, now: now, into: &out) { subscription, random, wishes in
      subscription.receiveEnd(
        ending, retryAfter: pause, now: now, using: &random, into: &wishes)
    }
    needsSweep = true
  }

  /// RFC 6665 §4.1.3.
  private static func ending(_ reason: Text?) -> Subscription.Ending {
    guard let reason else { return .again }
    for word: StaticString in ["rejected", "noresource", "invariant"]
    where reason.equalsIgnoringCase(word) { return .forGood }
    for word: StaticString in ["probation", "giveup"] where reason.equalsIgnoringCase(word) {
      return .later
    }
    return .again
  }

  /// Takes a document, if it is newer than the last one.
  private mutating func learn(
    _ information: RegistrationInformation, account i: Int, now: Instant,
    into out: inout Outbox<UserAgentOutput>
  ) {
    let last = accounts[i].watch.version
    if let last, information.version <= last { return }
    accounts[i].watch.version = information.version
    accounts[i].watch.learnIdentities(information)
    if let notice = accounts[i].notice(in: information) {
      out.emit(.note(.registrationNotice(accounts[i].account.number, notice)))
      var wishes = Outbox<Registration.Output>(limit: 4)
      // While a REGISTER is on its way its answer decides, of the calls too.
      if notice == .stop(endsCalls: true), accounts[i].registration.isAtRest {
        hangUpAll(of: i, now: now, into: &out)
      }
      if notice.isEnd { beginAnew(i) }
      accounts[i].registration.receive(notice, now: now, using: &random, into: &wishes)
      perform(wishes, account: i, now: now, into: &out)
    }
    if information.isFull { accounts[i].watch.isIncomplete = false }
    // RFC 3680 §6.1: part of a state whose other parts were missed.
    guard !information.isFull, information.version != (last ?? 0) &+ 1 || last == nil,
      !accounts[i].watch.isIncomplete
    else { return }
    accounts[i].watch.isIncomplete = true
    steerWatch(.account(i, .registration), now: now, into: &out) { subscription, _, wishes in
      subscription.renew(into: &wishes)
    }
  }
}

/// What a document says that is not about the registration.
private enum ServiceNews {
  case messages(MessageSummary)
  case services(ServiceDocument)
  case conference(ConferenceDocument)
}

extension Message {
  /// What it says; `nil` if it carries no document of that package, or one that cannot be read.
  fileprivate func news(of package: EventPackage) -> ServiceNews? {
    switch package {
    case .registration:
      return nil
    case .messages:
      guard value(of: .contentType, is: "application/simple-message-summary") else { return nil }
      return MessageSummary(parsing: text(body)).map { .messages($0) }
    case .profile:
      guard
        value(of: .contentType, is: "application/simservs+xml")
          || value(of: .contentType, is: "application/vnd.etsi.simservs+xml")
      else { return nil }
      return ServiceDocument(parsing: text(body)).map { .services($0) }
    case .conference:
      guard value(of: .contentType, is: "application/conference-info+xml") else { return nil }
      return ConferenceDocument(parsing: text(body)).map { .conference($0) }
    }
  }
}
