"""Flows of SIPp that bend a dialog: forks, methods of every kind, offers in odd places.

As in `sipp.py`, a flow is a list of steps.
"""

from .sipp import (
    description, invite, pause, play, receive, receive_invite, receive_status, reliable, reply,
    reply_invite, request, request_back, ring_and_cancel, tagged)

FAX = """v=0
o=far 1 9 IN IP[media_ip_type] [media_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=image 20010 udptl t38
a=T38FaxVersion:0
"""


MODEM = "a=modem\na=ecan:fb off -\n"
MACHINE = "a=fax\na=ecan:fb on -\n"


def call_a_fax(number, refusal=None):
    """Calls, and is told of a modem and then of a fax machine, which it takes or refuses."""
    if refusal:
        reply_to_offer = [reply(refusal, "Not Acceptable Here"), receive("ACK")]
        steps = [receive("INVITE", timeout_ms=10000), *reply_to_offer,
                 receive("INVITE", timeout_ms=10000), *reply_to_offer]
    else:
        steps = [receive("INVITE", timeout_ms=10000), reply(body=description(version=2) + MODEM),
                 receive("ACK"), receive("INVITE", timeout_ms=10000),
                 reply(body=description(version=3) + MACHINE), receive("ACK")]
    return [*call(number), *steps, receive("BYE", timeout_ms=20000), reply()]


def answer_as_fax():
    """Answers, tells of a modem and then of a fax machine, hangs up."""
    return [receive_invite(), reply_invite(180, "Ringing"),
            reply_invite(200, "OK", description()), receive("ACK"), pause(500),
            request_back("INVITE", 1, description(version=2) + MODEM), receive_status(100, True),
            receive_status(200), request_back("ACK", 1), pause(1000),
            request_back("INVITE", 2, description(version=3) + MACHINE), receive_status(100, True),
            receive_status(200), request_back("ACK", 2), pause(500),
            request_back("BYE", 3), receive_status(200)]


def forks(talk_ms):
    """Three telephones ring, one leaves (RFC 6228), two answer; the first one hangs up later."""
    first, second, third = (tagged(tag) for tag in ("one", "two", "three"))
    return [receive_invite(), reply_invite(181, "Call Is Being Forwarded", mine=first),
            reply_invite(180, "Ringing", mine=first), reply_invite(182, "Queued", mine=second),
            reply_invite(199, "Early Dialog Terminated", mine=first),
            reply_invite(200, "OK", description(), mine=second), receive("ACK"),
            reply_invite(200, "OK", description(), mine=third), receive("ACK"),
            receive("BYE"), reply(), pause(talk_ms), request_back("BYE", 1, mine=second),
            receive_status(200)]


def answer_a_cancel():
    """The answer crosses the CANCEL (RFC 3261 §9.1)."""
    return [receive_invite(), reply_invite(180, "Ringing"), receive("CANCEL"), reply(),
            reply_invite(200, "OK", description()), receive("ACK"), receive("BYE"), reply()]


def call(number, extra="", body=None, answer="", content="application/sdp"):
    """The beginning of a call that is answered; its last step is the ACK."""
    return [invite(number, body, extra, content),
            receive_status(100, True), receive_status(180, True),
            receive_status(200, record_route=True), request("ACK", 1, answer)]


def call_until_bye(number):
    """Calls and talks until the other side hangs up."""
    return [*call(number), receive("BYE", timeout_ms=20000), reply()]


def hang_up(sequence, talk_ms=300):
    """The end of a call."""
    return [pause(talk_ms), request("BYE", sequence), receive_status(200)]


def methods(number):
    """A call in which every method is tried that a telephone is asked (RFC 3261 §11, §12.2)."""
    return [*call(number),
            request("INFO", 2), receive_status(200),
            request("INFO", 3, "Signal=5\nDuration=160\n", content="application/dtmf-relay"),
            receive_status(415),
            request("OPTIONS", 4), receive_status(200),
            request("MESSAGE", 5, "hello", content="text/plain"), receive_status(405),
            request("BREW", 6), receive_status(501),
            request("INFO", 7, extra="Require: teapot\n"), receive_status(420),
            request("BYE", 8), receive_status(200),
            request("INFO", 9), receive_status(481)]


def offers(number):
    """A call whose caller changes the media by UPDATE and re-INVITE, and asks for a fax in vain."""
    return [*call(number),
            request("UPDATE", 2, description("sendonly", 2)), receive_status(200),
            request("UPDATE", 3, description("sendrecv", 3)), receive_status(200),
            request("INVITE", 4, FAX), receive_status(100, True), receive_status(488),
            request("ACK", 4, branch="[branch-3]"),
            request("INVITE", 5), receive_status(100, True), receive_status(200),
            request("ACK", 5, description("sendrecv", 4)), *hang_up(6)]


def early_update(number, is_too_early=False):
    """The caller changes the media while it rings (RFC 3311 §5.2), or before it may."""
    body, answer = (description(), "") if is_too_early else ("", description())
    return [invite(number, body, "Require: 100rel\nSupported: 100rel\n"),
            receive_status(100, True),
            receive_status(180, record_route=True, keep=("rseq", "RSeq:", "[0-9]+")),
            request("PRACK", 2, answer, "RAck: [$rseq] 1 INVITE\n"), receive_status(200),
            request("UPDATE", 3, description("sendrecv", 2)),
            receive_status(500 if is_too_early else 200),
            receive_status(200, record_route=True), request("ACK", 1), *hang_up(4)]


def call_without_offer(number):
    """An INVITE without a description: the 200 offers, the ACK answers (RFC 3261 §13.2.1)."""
    return [*call(number, body="", answer=description()), *hang_up(2)]


def call_with_parts(number):
    """A description beside something of another network (RFC 5621), as SIP-I has it."""
    body = (
        "--part\nContent-Type: application/isup;version=itu-t92+\n"
        "Content-Disposition: signal;handling=optional\n\nsomething of another network\n"
        f"--part\nContent-Type: application/sdp\n\n{description()}--part--\n")
    return [*call(number, body=body, content="multipart/mixed;boundary=part"), *hang_up(2)]


def say_who(number, extra):
    """A call with fields that say who calls, given up after two rings."""
    return [invite(number, None, extra), *ring_and_cancel(number, 5000)]


def authorized_media(path, value, ring_ms):
    """A 183 with media that the network speaks for or not (RFC 5009), a 180, a refusal."""
    body = description(port="[rtpstream_audio_port]")
    said = f"P-Early-Media: {value}\n"
    return [receive_invite(), reply_invite(183, "Session Progress", body, said), play(path),
            reply_invite(180, "Ringing", extra=said), pause(ring_ms),
            reply_invite(486, "Busy Here"), receive("ACK")]


def answer_with_both_laws(path, talk_ms):
    """Answers with both laws, µ-law first, and speaks the other one all the same, as it may."""
    body = description(port="[rtpstream_audio_port]").replace("AVP 8 101", "AVP 0 8 101")
    return [receive_invite(), reply_invite(180, "Ringing"), reply_invite(200, "OK", body),
            receive("ACK"), play(path), pause(talk_ms), request_back("BYE", 1),
            receive_status(200)]


def transfer_quietly(number, talk_ms):
    """A transfer without a subscription (RFC 4488)."""
    return [receive_invite(), reply_invite(180, "Ringing"),
            reply_invite(200, "OK", description()), receive("ACK"), pause(talk_ms),
            request_back(
                "REFER", 1, extra=f"Refer-To: <sip:{number}@lab.example>\nRefer-Sub: false\n"),
            receive_status(202), receive("BYE", timeout_ms=20000), reply()]


def answer_unreliably_first():
    """A reliable 183 in one early dialog, an answer in another one (RFC 3262 §3)."""
    first, second = tagged("one"), tagged("two")
    return [receive_invite(),
            reply_invite(183, "Session Progress", description(), reliable(17), mine=first),
            receive("PRACK"), reply(), reply_invite(180, "Ringing", mine=second),
            reply_invite(200, "OK", description(version=2), mine=second), receive("ACK"),
            pause(300), request_back("BYE", 1, mine=second), receive_status(200)]
