internal import Base

/// What a network says of registrations: `application/reginfo+xml` (RFC 3680 §5).
struct RegistrationInformation: Equatable {
  /// What happened to a contact last (RFC 3680 §5.1).
  enum Event: Equatable {
    case registered, created, refreshed, shortened
    case expired, deactivated, probation, unregistered, rejected
    /// A word that is not known.
    case other

    init(_ word: Text) {
      let known: [(StaticString, Event)] = [
        ("registered", .registered), ("created", .created), ("refreshed", .refreshed),
        ("shortened", .shortened), ("expired", .expired), ("deactivated", .deactivated),
        ("probation", .probation), ("unregistered", .unregistered), ("rejected", .rejected),
      ]
      self = known.first { word.equals($0.0) }?.1 ?? .other
    }
  }

  struct Contact: Equatable {
    var uri = Text()
    /// The value of its `+sip.instance` parameter, if the network tells it.
    var instance = Text()
    var isActive = false
    var event = Event.other
    var expiresSeconds: UInt32?
    var retryAfterSeconds: UInt32?
  }

  struct Registration: Equatable {
    var identity = Text()
    var isActive = false
    /// Whether it has no contact any more, which need not be told of each (RFC 3680 §5.1).
    var isTerminated = false
    var contacts: [Contact] = []
  }

  /// How many registrations, and contacts of each, are kept.
  private static let limit = 32

  private(set) var version: UInt32 = 0
  private(set) var isFull = false
  private(set) var registrations: [Registration] = []

  private enum Place { case elsewhere, uri, instance }
  private var contact: Contact?
  private var place = Place.elsewhere
  /// Whether the registration that is read is kept.
  private var hasRoom = true

  /// Reads a document; `nil` if it is none.
  init?(parsing bytes: Text) {
    var reader = XMLReader(bytes)
    var isRooted = false
    while let step = reader.next() {
      switch step {
      case .open(let name, let attributes):
        if reader.isNamed("reginfo", name) { isRooted = true }
        guard isRooted, open(name, attributes, reader) else { return nil }
      case .text(let range):
        append(reader.value(range))
      case .close(let name):
        close(name, reader)
      }
    }
    guard isRooted, reader.isComplete else { return nil }
  }

  /// `false` if the document cannot be used at all.
  private mutating func open(
    _ name: Range<Int>, _ attributes: Range<Int>, _ reader: XMLReader
  ) -> Bool {
    if reader.isNamed("reginfo", name) {
      guard let number = Self.number(reader.attribute("version", in: attributes)) else {
        return false
      }
      version = number
      isFull = reader.attribute("state", in: attributes)?.equals("full") ?? false
    } else if reader.isNamed("registration", name) {
      hasRoom = registrations.count < Self.limit
      guard hasRoom else { return true }
      registrations.append(
        Registration(
          identity: reader.attribute("aor", in: attributes) ?? [],
          isActive: reader.attribute("state", in: attributes)?.equals("active") ?? false,
          isTerminated: reader.attribute("state", in: attributes)?.equals("terminated") ?? false))
    } else if reader.isNamed("contact", name) {
      contact = Contact(
        isActive: reader.attribute("state", in: attributes)?.equals("active") ?? false,
        event: Event(reader.attribute("event", in: attributes) ?? []),
        expiresSeconds: Self.number(reader.attribute("expires", in: attributes)),
        retryAfterSeconds: Self.number(reader.attribute("retry-after", in: attributes)))
    } else if reader.isNamed("uri", name) {
      place = .uri
    } else if reader.isNamed("unknown-param", name),
      reader.attribute("name", in: attributes)?.equals("+sip.instance") ?? false
    {
      place = .instance
    }
    return true
  }

  private mutating func append(_ text: Text) {
    switch place {
    case .uri: contact?.uri += text
    case .instance: contact?.instance += text
    case .elsewhere: break
    }
  }

  private mutating func close(_ name: Range<Int>, _ reader: XMLReader) {
    place = .elsewhere
    guard reader.isNamed("contact", name), let contact, let last = registrations.indices.last
    else { return }
    if hasRoom, registrations[last].contacts.count < Self.limit {
      registrations[last].contacts.append(contact)
    }
    self.contact = nil
  }

  private static func number(_ text: Text?) -> UInt32? {
    text?.decimalValue.map { UInt32(clamping: $0) }
  }
}
