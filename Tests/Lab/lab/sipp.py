"""SIPp as a far party behind the SBC: exact flows, written as steps.

A flow is a list of steps made by the functions below; `Sipp` turns it into a scenario. The called
side (`answering=True`) begins with the INVITE that it receives, the calling side sends one.
"""

import re

from . import process

HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="lab">\n'
# Kept from the INVITE, because replies to it may come after other messages.
KEEP = "".join(
    f'<ereg regexp=".*" search_in="hdr" header="{header}" occurrence="{occurrence}" '
    f'assign_to="{name}"/>'
    for header, occurrence, name in (
        ("Via:", 1, "via1"), ("Via:", 2, "via2"), ("From:", 1, "from"), ("To:", 1, "to"),
        ("CSeq:", 1, "cseq"), ("Record-Route:", 1, "rr")))
FROM = 'From: "Far Party" <sip:[service]@[local_ip]>;tag=far[pid]x[call_number]'
MINE = "[$to];tag=far[pid]x[call_number]"
DESCRIPTION = """v=0
o=far 1 {version} IN IP[media_ip_type] [media_ip]
s=-
c=IN IP[media_ip_type] {address}
t=0 0
m=audio {port} RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
a={direction}
"""


def description(direction="sendrecv", version=1, port="[media_port]", address="[media_ip]"):
    """A description of G.711 A-law and telephone events."""
    return DESCRIPTION.format(direction=direction, version=version, port=port, address=address)


def _send(text, body="", retransmit=False, content="application/sdp"):
    kind = f"Content-Type: {content}\n" if body else ""
    retrans = ' retrans="500"' if retransmit else ""
    return f"<send{retrans}><![CDATA[\n{text}{kind}Content-Length: [len]\n\n{body}]]></send>\n"


def receive_invite():
    """The called side: waits for the INVITE."""
    return f'<recv request="INVITE" rrs="true"><action>{KEEP}</action></recv>\n'


def receive_subscribe():
    """A notifier: waits for a new SUBSCRIBE."""
    return f'<recv request="SUBSCRIBE" rrs="true"><action>{KEEP}</action></recv>\n'


def accept_subscribe(seconds):
    """A notifier: takes the subscription for that long."""
    return reply_invite(200, "OK", extra=f"Expires: {seconds}\n").replace(' retrans="500"', "")


def notify(number, state, document, event="reg", content="application/reginfo+xml"):
    """A notifier: tells what the registrations are (RFC 3680), or what another event is about."""
    return _send(
        "NOTIFY [next_url] SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];"
        f"branch=[branch]\n[routes]\nFrom:{MINE}\nTo:[$from]\nCall-ID: [call_id]\n"
        f"CSeq: {number} NOTIFY\nContact: <sip:far@[local_ip]:[local_port]>\n"
        f"Max-Forwards: 70\nEvent: {event}\nSubscription-State: {state}\n",
        document, retransmit=True, content=content)


SUMMARY = "application/simple-message-summary"


def summary(word, voice=""):
    """What a mailbox says (RFC 3842 §5.2)."""
    account = "Message-Account: sip:6001@vmail.lab.example\n"
    return f"Messages-Waiting: {word}\n{account}" + (f"Voice-Message: {voice}\n" if voice else "")


def notify_mailbox(number, state, document):
    """A mailbox tells a subscriber."""
    return notify(number, state, document, "message-summary", SUMMARY)


SERVICES = "application/simservs+xml"


def services(tone):
    """What services do to a line (TS 183 043)."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<simservs xmlns="http://uri.etsi.org/ngn/params/xml/simservs/xcap">'
        f"<dial-tone-management><dial-tone-pattern>{tone}</dial-tone-pattern>"
        "</dial-tone-management></simservs>\n")


def notify_services(number, state, document):
    """An application server tells a subscriber which dial tone it gets."""
    return notify(number, state, document, "ua-profile", SERVICES)


def notify_unasked(number, document):
    """A mailbox tells a telephone that has not subscribed."""
    return [_send(
        f"NOTIFY sip:{number}@[remote_ip]:[remote_port] SIP/2.0\n"
        f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n{FROM}\n"
        f"To: <sip:{number}@[remote_ip]>\nCall-ID: [call_id]\nCSeq: 1 NOTIFY\n"
        "Contact: <sip:mailbox@[local_ip]:[local_port]>\nMax-Forwards: 70\n"
        "Event: message-summary\nSubscription-State: active\n",
        document, retransmit=True, content=SUMMARY), receive_status(200)]


def conference(version, state, *users):
    """Who takes part in a conference (RFC 4575): an entity, or one with a minus that has left."""
    lines = "".join(
        f'<user entity="{user[1:]}" state="deleted"/>' if user[0] == "-" else
        f'<user entity="{user}" state="full"><endpoint entity="{user};a=1">'
        "<status>connected</status></endpoint></user>" for user in users)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<conference-info xmlns="urn:ietf:params:xml:ns:conference-info" '
        f'entity="sip:room@lab.example" state="{state}" version="{version}">'
        f'<users state="{state}">{lines}</users></conference-info>\n')


def notify_conference(number, state, document):
    """A focus tells a subscriber who takes part."""
    return notify(number, state, document, "conference", "application/conference-info+xml")


def tell_conference(*, first, missing, whole):
    """A focus: a whole list, a part behind a gap, and the whole again when it is asked for that.

    The 200 and the SUBSCRIBE that follow from the gap may come in any order.
    """
    asked = [receive("SUBSCRIBE", timeout_ms=10000), reply(extra="Expires: 600\n")]
    return [receive_subscribe(), accept_subscribe(600),
            notify_conference(1, "active;expires=600", first), receive_status(200), pause(1_500),
            notify_conference(2, "active;expires=598", missing),
            receive_status(200, optional=True, then=1), *asked, receive_status(200),
            go_on_at(2), label(1), *asked, label(2),
            notify_conference(3, "active;expires=600", whole), receive_status(200),
            receive("SUBSCRIBE", timeout_ms=20000), reply(extra="Expires: 0\n"),
            notify_conference(4, "terminated;reason=timeout", ""), receive_status(200)]


def reginfo(version, contact, state, event, more=""):
    """A full document of one contact."""
    return (
        f'<?xml version="1.0"?>\n<reginfo xmlns="urn:ietf:params:xml:ns:reginfo" '
        f'version="{version}" state="full"><registration aor="sip:6001@lab.example" id="a" '
        f'state="{state}"><contact id="c" state="{state}" event="{event}" {more}>'
        f"<uri>{contact}</uri></contact></registration></reginfo>\n")


def collect():
    """A collector: takes a report (RFC 3903 §6)."""
    return [receive("PUBLISH", timeout_ms=30000), reply(extra="SIP-ETag: a1\nExpires: 0\n")]


def tagged(tag):
    """The called side's To with a tag of its own: another telephone that the call has reached."""
    return f"[$to];tag={tag}[pid]x[call_number]"


def reply_invite(code, phrase, body="", extra="", feature="", mine=MINE):
    """The called side: answers the INVITE (again); its Contact may have a feature."""
    return _send(
        f"SIP/2.0 {code} {phrase}\nVia:[$via1]\nVia:[$via2]\nRecord-Route:[$rr]\nFrom:[$from]\n"
        f"To:{mine}\nCall-ID: [call_id]\nCSeq:[$cseq]\n"
        f"Contact: <sip:far@[local_ip]:[local_port]>{feature}\n{extra}", body,
        retransmit=code >= 200)


def receive(request, timeout_ms=None, optional=False):
    """Waits for a request."""
    more = f' timeout="{timeout_ms}"' if timeout_ms else ""
    more += ' optional="true"' if optional else ""
    return f'<recv request="{request}"{more}></recv>\n'


def receive_status(code, optional=False, record_route=False, then=None, keep=None):
    """Waits for a response; after it the flow goes on at the label `then`.

    `keep` is a variable, a header and what of it the variable keeps.
    """
    more = ' optional="true"' if optional else ""
    more += ' rrs="true"' if record_route else ""
    more += f' next="{then}"' if then else ""
    action = ""
    if keep:
        action = (f'<action><ereg regexp="{keep[2]}" search_in="hdr" header="{keep[1]}" '
                  f'check_it="true" assign_to="{keep[0]}"/></action>')
    return f'<recv response="{code}"{more}>{action}</recv>\n'


def label(number):
    """A place to go on at."""
    return f'<label id="{number}"/>\n'


def go_on_at(number):
    """Goes on at a label."""
    return f'<nop next="{number}"></nop>\n'


def reply(code=200, phrase="OK", body="", extra=""):
    """Answers the request that came last."""
    return _send(
        f"SIP/2.0 {code} {phrase}\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n"
        f"[last_CSeq:]\nContact: <sip:far@[local_ip]:[local_port]>\n{extra}", body)


def pause(milliseconds):
    """Lets time pass."""
    return f'<pause milliseconds="{milliseconds}"/>\n'


def play(path):
    """Sends a raw A-law file as RTP, again and again."""
    return f'<nop><action><exec rtp_stream="{path},-1,8,PCMA/8000"/></action></nop>\n'


def request_back(method, number, body="", extra="", mine=MINE, content="application/sdp"):
    """The called side sends a request inside the dialog."""
    return _send(
        f"{method} [next_url] SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];"
        f"branch=[branch]\n[routes]\nFrom:{mine}\nTo:[$from]\nCall-ID: [call_id]\n"
        f"CSeq: {number} {method}\nContact: <sip:far@[local_ip]:[local_port]>\n"
        f"Max-Forwards: 70\n{extra}", body, retransmit=method != "ACK", content=content)


def invite(number, body=None, extra="", content="application/sdp"):
    """The calling side: sends the INVITE."""
    return _send(
        f"INVITE sip:{number}@[remote_ip]:[remote_port] SIP/2.0\n"
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
        f"{FROM}\n"
        f"To: <sip:{number}@[remote_ip]>\nCall-ID: [call_id]\nCSeq: 1 INVITE\n"
        f"Contact: <sip:[service]@[local_ip]:[local_port]>\nMax-Forwards: 70\n{extra}",
        description() if body is None else body, retransmit=True, content=content)


def request(method, sequence, body="", extra="", branch="[branch]", content="application/sdp"):
    """The calling side sends a request inside the dialog: ACK of a 200, BYE, INVITE."""
    return _send(
        f"{method} [next_url] SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];"
        f"branch={branch}\n[routes]\n{FROM}\n[last_To:]\nCall-ID: [call_id]\n"
        f"CSeq: {sequence} {method}\nContact: <sip:[service]@[local_ip]:[local_port]>\n"
        f"Max-Forwards: 70\n{extra}", body, retransmit=method != "ACK", content=content)


def of_invite(method, number, steps_back):
    """The calling side's CANCEL, or ACK of a refusal: belongs to the INVITE `steps_back` ago."""
    to = "[last_To:]" if method == "ACK" else f"To: <sip:{number}@[remote_ip]>"
    return _send(
        f"{method} sip:{number}@[remote_ip]:[remote_port] SIP/2.0\n"
        "Via: SIP/2.0/[transport] [local_ip]:[local_port];"
        f"branch=[branch-{steps_back}]\n{FROM}\n{to}\nCall-ID: [call_id]\n"
        f"CSeq: 1 {method}\nMax-Forwards: 70\n", retransmit=method != "ACK")


def busy():
    """Answers 486."""
    return [receive_invite(), reply_invite(486, "Busy Here"), receive("ACK")]


def refuse(code, phrase, extra=""):
    """Answers with a code."""
    return [receive_invite(), reply_invite(code, phrase, extra=extra), receive("ACK")]


def answer_and_leave(talk_ms, extra=""):
    """Answers, talks for a while, hangs up."""
    return [receive_invite(), reply_invite(180, "Ringing"),
            reply_invite(200, "OK", description()), receive("ACK"), pause(talk_ms),
            request_back("BYE", 1, extra=extra), receive_status(200)]


def answer_and_wait(feature=""):
    """Answers and waits until the other side hangs up."""
    return [receive_invite(), reply_invite(180, "Ringing"),
            reply_invite(200, "OK", description(), feature=feature), receive("ACK"),
            receive("BYE", timeout_ms=20000), reply()]


def transfer(number, talk_ms, last="NOTIFY"):
    """Answers, transfers the caller (RFC 3515), hears of it until the caller has left."""
    return [receive_invite(), reply_invite(180, "Ringing"),
            reply_invite(200, "OK", description()), receive("ACK"), pause(talk_ms),
            request_back("REFER", 1, extra=f"Refer-To: <sip:{number}@lab.example>\n"),
            receive_status(202), receive("NOTIFY"), reply(), receive("NOTIFY"), reply(),
            receive(last, timeout_ms=20000), reply(), receive("BYE", timeout_ms=20000), reply()]


def take_over(number, dialog, talk_ms):
    """Calls in place of a dialog (RFC 3891), talks for a while, hangs up."""
    more = f"Require: replaces\nReplaces: {dialog}\n"
    return [invite(number, extra=more), receive_status(100, True),
            receive_status(200, record_route=True), request("ACK", 1), pause(talk_ms),
            request("BYE", 2), receive_status(200)]


def ring_until_cancel():
    """Rings until the caller gives up."""
    return [receive_invite(), reply_invite(180, "Ringing"), receive("CANCEL"), reply(),
            reply_invite(487, "Request Terminated"), receive("ACK")]


def early_media(path, ring_ms, talk_ms):
    """A 183 with media, then an answer, then a hang-up by the far party."""
    body = description(port="[rtpstream_audio_port]")
    return [receive_invite(), reply_invite(183, "Session Progress", body), play(path),
            pause(ring_ms), reply_invite(200, "OK", body), receive("ACK"), pause(talk_ms),
            request_back("BYE", 1), receive_status(200)]


def hold_and_resume(hold_ms):
    """Answers, holds by re-INVITE, resumes, hangs up."""
    return [receive_invite(), reply_invite(180, "Ringing"),
            reply_invite(200, "OK", description()), receive("ACK"), pause(500),
            request_back("INVITE", 1, description("sendonly", 2)), receive_status(100, True),
            receive_status(200), request_back("ACK", 1), pause(hold_ms),
            request_back("INVITE", 2, description("sendrecv", 3)), receive_status(100, True),
            receive_status(200), request_back("ACK", 2), pause(500),
            request_back("BYE", 3), receive_status(200)]


def ring_and_cancel(number, ring_ms):
    """After an INVITE: it rings for a while, and is given up; the two answers may come in any order
    (RFC 3261 §9.1)."""
    return [receive_status(100, True), receive_status(180), pause(ring_ms),
            of_invite("CANCEL", number, 4), receive_status(487, optional=True, then=1),
            receive_status(200), receive_status(487), go_on_at(2), label(1),
            receive_status(200), label(2), of_invite("ACK", number, 10)]


def call_and_cancel(number, ring_ms):
    """Calls, lets it ring, gives up."""
    return [invite(number), *ring_and_cancel(number, ring_ms)]


def call_refused(number, code):
    """Calls and is refused with this code."""
    return [invite(number), receive_status(100, True), receive_status(180, True),
            receive_status(code), of_invite("ACK", number, 4)]


def call_and_talk(number, talk_ms):
    """Calls, waits for the answer, talks for a while, hangs up."""
    return [invite(number), receive_status(100, True), receive_status(180, True),
            receive_status(200, record_route=True), request("ACK", 1), pause(talk_ms),
            request("BYE", 2), receive_status(200)]


def call_and_play(number, body, path, talk_ms):
    """Calls with a description of its own, sends a file for a while, hangs up."""
    return [invite(number, body), receive_status(100, True), receive_status(180, True),
            receive_status(200, record_route=True), request("ACK", 1), play(path), pause(talk_ms),
            request("BYE", 2), receive_status(200)]


def reliable(number):
    """What makes a provisional response reliable (RFC 3262)."""
    return f"Require: 100rel\nRSeq: {number}\n"


def reliable_early_media(path, ring_ms, talk_ms):
    """A reliable 183 with the answer and media, a reliable 180, a 200 that repeats no answer."""
    body = description(port="[rtpstream_audio_port]")
    return [receive_invite(), reply_invite(183, "Session Progress", body, reliable(4711)),
            receive("PRACK"), reply(), play(path), pause(ring_ms),
            reply_invite(180, "Ringing", extra=reliable(4712)), receive("PRACK"), reply(),
            reply_invite(200, "OK"), receive("ACK"), pause(talk_ms), request_back("BYE", 1),
            receive_status(200)]


def call_reliably(number, wait_ms, talk_ms, offers=True):
    """Calls and requires 100rel; PRACK after a while, with the answer if the 180 has the offer."""
    body, answer = (description(), "") if offers else ("", description())
    return [invite(number, body, "Require: 100rel\nSupported: 100rel\n"),
            receive_status(100, True),
            receive_status(180, record_route=True, keep=("rseq", "RSeq:", "[0-9]+")),
            pause(wait_ms), request("PRACK", 2, answer, "RAck: [$rseq] 1 INVITE\n"),
            receive_status(200), receive_status(200, record_route=True), request("ACK", 1),
            pause(talk_ms), request("BYE", 3), receive_status(200)]


def interval(seconds, refresher):
    """What keeps a session alive (RFC 4028), as a request or a 2xx says it."""
    return (f"Supported: timer\nSession-Expires: {seconds};refresher={refresher}\n"
            "Allow: INVITE, ACK, BYE, CANCEL, UPDATE\n")


def demand_interval(seconds, talk_ms):
    """Refuses the first INVITE with 422, answers the second one."""
    return [receive_invite(), reply_invite(
                422, "Session Interval Too Small", extra=f"Min-SE: {seconds}\n"),
            receive("ACK"), receive_invite(), reply_invite(180, "Ringing"),
            reply_invite(200, "OK", description(), interval(seconds, "uac")), receive("ACK"),
            pause(talk_ms), request_back("BYE", 1), receive_status(200)]


def refresh(seconds, talk_ms):
    """Answers and refreshes, by UPDATE and by a re-INVITE that changes nothing."""
    return [receive_invite(), reply_invite(180, "Ringing"),
            reply_invite(200, "OK", description(), interval(seconds, "uas")), receive("ACK"),
            request_back("UPDATE", 1, extra=interval(seconds, "uac")), receive_status(200),
            request_back("INVITE", 2, description(), interval(seconds, "uac")),
            receive_status(100, True), receive_status(200), request_back("ACK", 2),
            pause(talk_ms), request_back("BYE", 3), receive_status(200)]


def be_refreshed(seconds):
    """Answers, waits for the other side's refresh, hangs up."""
    return [receive_invite(), reply_invite(180, "Ringing"),
            reply_invite(200, "OK", description(), interval(seconds, "uac")), receive("ACK"),
            receive("UPDATE", timeout_ms=1000 * seconds),
            reply(extra=interval(seconds, "uac")), pause(200),
            request_back("BYE", 1), receive_status(200)]


class Sipp:
    """One SIPp that plays one flow `calls` times and ends; media is echoed when `echo` is set."""

    def __init__(self, run, steps, address, name="sipp", service="6009", calls=1, rate=10,
                 echo=False, remote=None, port=5060):
        self.run = run
        self.name = name
        scenario = run.path(name + ".xml")
        with open(scenario, "w", encoding="utf-8") as file:
            file.write(HEADER + "".join(steps) + "</scenario>\n")
        remote = remote or f"{run.network.host(run.network.sbc)}:5060"
        self.arguments = [
            "sipp", remote, "-sf", scenario, "-i", address, "-p", str(port), "-mi", address, "-mp",
            "20000", "-s", service, "-m", str(calls), "-l", str(calls), "-r", str(rate), "-nostdin",
            "-bind_local", "-trace_err", "-error_file",
            run.path(name + ".errors"), "-trace_msg", "-message_file", run.path(name + ".messages"),
            "-timeout", "900s", *(["-rtp_echo"] if echo else [])]
        self.program = None

    def start(self):
        """Starts to play its part."""
        self.program = process.Program(self.name, self.arguments, self.run.folder)
        self.program.wait_for(r"Scenario Screen|\[1-9\]: Change Screen|Resolving|Port", 10)
        return self

    def wait_done(self, seconds=30):
        """Waits for the flow's end; an unexpected message is an error that quotes it."""
        code = self.program.wait_exit(seconds)
        if code != 0:
            try:
                with open(self.run.path(self.name + ".errors"), encoding="utf-8") as file:
                    detail = file.read()[-1500:]
            except FileNotFoundError:
                detail = "\n".join(line.text for line in self.program.lines[-15:])
            raise process.LabError(f"{self.name}: the flow failed ({code})\n{detail}")

    def received(self, method):
        """The requests of a method that it was sent, as they came."""
        with open(self.run.path(self.name + ".messages"), encoding="utf-8", newline="") as file:
            trace = file.read()
        blocks = re.split(r"-{20,}[^\n]*\n", trace)
        found = [re.search(rf"^{method} sip:.*", block, re.DOTALL | re.MULTILINE)
                 for block in blocks if " message received " in block]
        return [match.group(0) for match in found if match]

    def stop(self):
        """Ends it, whether done or not."""
        self.program.stop()
