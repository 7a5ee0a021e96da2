#!/usr/bin/env python3
"""Plays the far side of whole calls for a peer's user agent, which callgrind watches.

calls.py outgoing|incoming COUNT PROGRAM prints the instructions that the program took. It calls us
or is called; nothing waits but for messages.
"""

import os
import re
import socket
import subprocess
import sys

DESCRIPTION = ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
               "m=audio 4000 RTP/AVP 8\r\n")
PATIENCE = 60.0


def field(message, name):
    """The first value of a header field."""
    return re.search(rf"^{name}: *(.*)\r$", message, re.M | re.I).group(1)


def fields(message, name):
    """Every line of a header field."""
    return "".join(f"{name}: {value}\r\n" for value in re.findall(
        rf"^{name}: *(.*)\r$", message, re.M | re.I))


class Far:
    """A user agent of few words."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(PATIENCE)
        self.port = self.socket.getsockname()[1]
        self.peer = None

    def take(self, start, method):
        """The next message that begins so and is of the method; others are left out."""
        while True:
            datagram, self.peer = self.socket.recvfrom(65536)
            message = datagram.decode()
            if message.startswith(start) and field(message, "CSeq").endswith(method):
                return message

    def send(self, start, rest, body=""):
        """Sends a message to whoever spoke last."""
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self.socket.sendto(
            f"{start}\r\n{rest}{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode(), self.peer)

    def reply(self, request, code, body=""):
        """Answers a request."""
        to = field(request, "To")
        rest = fields(request, "Via") + "".join(
            f"{name}: {field(request, name)}\r\n" for name in ("From", "Call-ID", "CSeq"))
        rest += f"To: {to if 'tag=' in to or code == 100 else to + ';tag=far'}\r\n"
        self.send(f"SIP/2.0 {code} Yes",
                  rest + f"Contact: <sip:2001@127.0.0.1:{self.port}>\r\n", body)

    def be_called(self):
        """One call that the program makes."""
        invite = self.take("INVITE", "INVITE")
        for code in (100, 180):
            self.reply(invite, code)
        self.reply(invite, 200, DESCRIPTION)
        self.reply(self.take("BYE", "BYE"), 200)

    def call(self, number):
        """One call that the program gets."""
        to = "<sip:1001@ims.example>"
        address = f"sip:1001@127.0.0.1:{self.peer[1]}"

        def request(method, sequence, body=""):
            self.send(
                f"{method} {address} SIP/2.0",
                f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{method}{number}\r\n"
                f"Max-Forwards: 69\r\nFrom: <sip:2001@ims.example>;tag=far\r\nTo: {to}\r\n"
                f"Call-ID: call-{number}\r\nCSeq: {sequence} {method}\r\n"
                f"Contact: <sip:2001@127.0.0.1:{self.port}>\r\n", body)

        request("INVITE", 1, DESCRIPTION)
        to = field(self.take("SIP/2.0 200", "INVITE"), "To")
        request("ACK", 1)
        request("BYE", 2)
        self.take("SIP/2.0 200", "BYE")


def main():
    """Plays so many calls, one after another."""
    direction, count, program = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    far = Far()
    environment = {**os.environ, "CALLS": direction, "TIMES": str(count), "FAR": str(far.port)}
    with subprocess.Popen(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as watched:
        far.peer = ("127.0.0.1", int(watched.stdout.readline()))
        for number in range(count):
            if direction == "outgoing":
                far.be_called()
            else:
                far.call(number)
        words = watched.communicate(timeout=PATIENCE)[1]
    if watched.returncode != 0:
        sys.exit(f"error: {words}")
    print(re.search(r"Collected : (\d+)", words).group(1))


if __name__ == "__main__":
    main()
