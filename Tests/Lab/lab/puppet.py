"""A puppet SBC of bare datagrams: accepts every REGISTER, and sends what no honest SBC sends."""

import re
import socket
import threading


class Puppet:
    """Listens at the SBC's address; every REGISTER gets 200, everything else is kept."""

    def __init__(self, run, address=None):
        self.address = address or run.network.sbc
        self.box = (run.network.box, 5060)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.address, 5060))
        self._is_closing = False
        self.received = []
        # What the next REGISTERs get instead of 200: pairs of a status and header lines.
        self.answers = []
        # What the Via of every response says of where the request came from.
        self.seen = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                data, source = self._socket.recvfrom(65536)
            except OSError:
                return
            if self._is_closing:
                return
            if data.startswith(b"REGISTER "):
                status, extra = self.answers.pop(0) if self.answers else ("200 OK", "")
                answer = self.answer(data, status, extra)
                if self.seen:
                    answer = answer.replace(b";rport", b";" + self.seen.encode(), 1)
                try:
                    self._socket.sendto(answer, source)
                except OSError:
                    return
            with self._changed:
                self.received.append(data)
                self._changed.notify_all()

    @staticmethod
    def answer(request, status, extra=""):
        """A response to a request, as bytes."""
        text = request.decode("utf-8", "replace")
        # A 2xx lists the binding; another answer's Contact would say where to go instead.
        names = "via|from|to|call-id|cseq" + ("|contact" if status.startswith("2") else "")
        kept = [line for line in text.split("\r\n") if re.match(rf"(?i)({names}):", line)]
        kept = [line + ";tag=puppet" if re.match(r"(?i)to:", line) and "tag=" not in line else line
                for line in kept]
        head = [f"SIP/2.0 {status}", *kept]
        return ("\r\n".join(head) + f"\r\n{extra}Content-Length: 0\r\n\r\n").encode()

    def send(self, data):
        """One datagram to the firmware."""
        self._socket.sendto(data, self.box)

    def wait(self, pattern, seconds=5.0):
        """Waits for a datagram that matches; returns it."""
        expression = re.compile(pattern.encode(), re.DOTALL)

        def found():
            return next((data for data in self.received if expression.search(data)), None)

        with self._changed:
            if not self._changed.wait_for(found, seconds):
                raise TimeoutError(f"the firmware sent nothing like {pattern}")
            return found()

    def options(self, call):
        """An OPTIONS that a living firmware answers."""
        return (
            f"OPTIONS sip:6001@{self.box[0]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self.address}:5060;branch=z9hG4bK{call}\r\n"
            f"From: <sip:lab@{self.address}>;tag=1\r\nTo: <sip:6001@{self.box[0]}>\r\n"
            f"Call-ID: {call}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
            "Content-Length: 0\r\n\r\n").encode()

    def ask(self, call):
        """Asks until it is answered with 200; a flood may cost a datagram, as anywhere."""
        for _ in range(10):
            self.send(self.options(call))
            try:
                return self.wait(f"^SIP/2.0 200.*{call}", 0.5)
            except TimeoutError:
                continue
        raise TimeoutError(f"no 200 to OPTIONS {call}")

    def close(self):
        """Leaves the address; a reader that waits would hold it for as long as nobody writes."""
        self._is_closing = True
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # It is said of every socket without a connection, after the reader was woken.
        self._thread.join(2)
        self._socket.close()
