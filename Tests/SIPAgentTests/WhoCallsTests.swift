import Base
import SIPAgent
import SIPSyntax
import Testing

@Suite("How numbers are written, and withheld")
struct WhoCallsTests {
  private static func invite(
    to number: StaticString, isPrivate: Bool = false, purpose: CallPurpose = CallPurpose(),
    adjust: (inout UserAgentSettings) -> Void = { _ in }
  ) -> (Bench, Message) {
    var account = Bench.account(1)
    account.isPrivate = isPrivate
    let bench = Bench(accounts: [account], adjust: adjust)
    _ = bench.act {
      $0.invite(
        from: 1, to: Text(number), offer: Bench.offer, purpose: purpose, now: $1, into: &$2)
    }
    return (bench, bench.takeRequest(.invite))
  }

  @Test(
    "The Request-URI and To of a number (RFC 3261 §19.1.6, RFC 3966)",
    arguments: [
      (CalledNumber.sip, "2001", "sip:2001@ims.example"),
      (.phone, "2001", "sip:2001@ims.example;user=phone"),
      (.phone, "+8610", "sip:+8610@ims.example;user=phone"),
      (.phone, "*57#", "sip:*57%23@ims.example;user=phone"),
      (.phone, "ann", "sip:ann@ims.example"),
      (.tel, "+861082325588", "tel:+861082325588"),
      (.tel, "2001", "tel:2001;phone-context=ims.example"),
      (.tel, "*57#", "tel:*57#;phone-context=ims.example"),
      (.tel, "ann", "sip:ann@ims.example"),
    ] as [(CalledNumber, StaticString, String)])
  func forms(form: CalledNumber, number: StaticString, uri: String) {
    let (_, invite) = Self.invite(to: number) { $0.numberForm = form }
    #expect(invite.requestURI == uri)
    #expect(invite.value(.to) == "<\(uri)>")
  }

  @Test("A withheld number stands in no field that a called party sees (RFC 3323, RFC 3325)")
  func withheld() {
    let (bench, invite) = Self.invite(to: "2001", isPrivate: true)
    #expect(
      invite.value(.from).hasPrefix("\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag="))
    #expect(invite.value(.privacy) == "id")
    #expect(invite.value(.pPreferredIdentity) == "<sip:1001@ims.example>")
    bench.respond(
      to: invite, 407,
      fields: [(.proxyAuthenticate, "Digest realm=\"ims.example\", nonce=\"n\", qop=\"auth\"")])
    _ = bench.takeRequest(.ack)
    let second = bench.takeRequest(.invite)
    #expect(second.value(.privacy) == "id" && second.value(.from) == invite.value(.from))
    #expect(second.value(.pPreferredIdentity) == "<sip:1001@ims.example>")
    let (_, open) = Self.invite(to: "2001")
    #expect(open.value(.from).contains("1001") && open.first(.privacy) == nil)
  }

  @Test("An emergency call withholds nothing")
  func emergency() {
    var purpose = CallPurpose()
    purpose.emergencyService = Text("police")
    let (_, invite) = Self.invite(to: "110", isPrivate: true, purpose: purpose)
    #expect(invite.value(.from).contains("1001") && invite.first(.privacy) == nil)
  }
}
