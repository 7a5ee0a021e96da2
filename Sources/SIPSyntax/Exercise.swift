public import Base

/// Reads everything that can be read of a datagram; for fuzzers and robustness tests.
///
/// Returns how much was decoded, so that the work cannot be optimised away and two runs can be
/// compared. It never traps, whatever the bytes are.
public func exercise(_ datagram: Text) -> Int {
  guard let message = try? Message(parsing: datagram) else { return exerciseParts(datagram) }
  var decoded = message.body.count + message.methodText.count
  for name in HeaderName.allCases where message.contains(name) {
    decoded += message.elements(name).count
    decoded += (try? message.addresses(name).count) ?? 0
    decoded += message.challenges(name).count
    message.forEach(name) { value in
      decoded += exerciseParts(message.text(value))
      decoded += message.authenticationParameter("nextnonce", in: value)?.count ?? 0
      decoded += message.parameter("tag", in: value)?.count ?? 0
      decoded += Int(truncatingIfNeeded: message.seconds(in: value) ?? 0)
    }
  }
  message.forEachOther { name, value in decoded += name.count + value.count }
  decoded += (try? message.vias().count) ?? 0
  decoded += (try? message.from().uri.count) ?? 0
  decoded += (try? message.to().uri.count) ?? 0
  decoded += Int(truncatingIfNeeded: (try? message.cSeq().number) ?? 0)
  decoded += Int(truncatingIfNeeded: message.maxForwards() ?? 0)
  decoded += Int(truncatingIfNeeded: (message.rSeq() ?? 0) &+ (message.minSE() ?? 0))
  decoded += Int(truncatingIfNeeded: (try? message.rAck().responseNumber) ?? 0)
  decoded += Int(truncatingIfNeeded: message.sessionExpires()?.seconds ?? 0)
  let capabilities = Capabilities(methods: MethodSet(.invite, .ack, .bye, .cancel, .options))
  decoded += Int(message.verdict(capabilities).code ?? 0)
  var answer = MessageWriter(
    answering: message, code: 400, tag: Text("t"), source: Endpoint(.loopback, 5060))
  return decoded + answer.finish().count
}

/// Reads the bytes as one value of each grammar.
private func exerciseParts(_ bytes: Text) -> Int {
  let all = 0..<bytes.count
  var decoded = bytes.unescaped(all).count + bytes.unquoted(all).count
  decoded += (try? Via(parsing: bytes, all).host.count) ?? 0
  decoded += (try? NameAddress(parsing: bytes, all).uri.count) ?? 0
  decoded += (try? SIPURI(parsing: bytes).host.count) ?? 0
  decoded += (try? CSeq(parsing: bytes, all).methodText.count) ?? 0
  decoded += (try? RAck(parsing: bytes, all).sequence.methodText.count) ?? 0
  decoded += (try? Challenge(parsing: bytes, all).nonce.count) ?? 0
  return decoded
}
