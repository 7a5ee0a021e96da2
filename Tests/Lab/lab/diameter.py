"""Diameter (RFC 6733) by TCP: messages, attributes, and a node that peers connect to."""

import socket
import struct
import threading

VENDOR_3GPP = 10415
REQUEST, PROXIABLE, ERROR = 0x80, 0x40, 0x20
SUCCESS, COMMAND_UNSUPPORTED, UNABLE_TO_COMPLY = 2001, 3001, 5012
CAPABILITIES, WATCHDOG, DISCONNECT = 257, 280, 282
HEADER_LENGTH = 20
LONGEST_MESSAGE = 1 << 16

USER_NAME, HOST_ADDRESS, AUTH_APPLICATION, VENDOR_APPLICATION = 1, 257, 258, 260
SESSION, ORIGIN_HOST, SUPPORTED_VENDOR, VENDOR, RESULT = 263, 264, 265, 266, 268
PRODUCT, SESSION_STATE, DESTINATION_REALM, DESTINATION_HOST = 269, 277, 283, 293
ORIGIN_REALM, EXPERIMENTAL_RESULT, EXPERIMENTAL_CODE = 296, 297, 298
NO_STATE_MAINTAINED = 1


def attribute(code, value, vendor=0):
    """One AVP; a value is bytes, a text, a number, or a list of AVPs for a group."""
    if isinstance(value, list):
        value = b"".join(value)
    elif isinstance(value, str):
        value = value.encode()
    elif isinstance(value, int):
        value = struct.pack("!I", value)
    # M is set on everything that the Cx interface and the base protocol define.
    flags, head = (0xC0, 12) if vendor else (0x40, 8)
    length = head + len(value)
    text = struct.pack("!IB", code, flags) + length.to_bytes(3, "big")
    if vendor:
        text += struct.pack("!I", vendor)
    return text + value + bytes(-length % 4)


def address(host):
    """The Host-IP-Address of an IPv4 address (RFC 6733 §4.3.1)."""
    return attribute(HOST_ADDRESS, b"\x00\x01" + socket.inet_aton(host))


class Attributes:
    """The AVPs of a message or of a group, found by code and vendor."""

    def __init__(self, data):
        self._all = []
        while data:
            code, flags = struct.unpack_from("!IB", data)
            length = int.from_bytes(data[5:8], "big")
            head = 12 if flags & 0x80 else 8
            if length < head or length > len(data):
                raise ValueError("an AVP that ends outside of its message")
            vendor = struct.unpack_from("!I", data, 8)[0] if head == 12 else 0
            self._all.append((code, vendor, data[head:length]))
            data = data[length + -length % 4:]

    def values(self, code, vendor=0):
        """The values of every AVP of a kind."""
        return [value for one, owner, value in self._all if (one, owner) == (code, vendor)]

    def value(self, code, vendor=0):
        """The value of the first AVP of a kind, or None."""
        return next(iter(self.values(code, vendor)), None)

    def text(self, code, vendor=0):
        """A value as text, empty without one."""
        return (self.value(code, vendor) or b"").decode("utf-8", "replace")

    def number(self, code, vendor=0):
        """A value of 32 bits, or None."""
        value = self.value(code, vendor)
        return struct.unpack("!I", value)[0] if value is not None else None

    def group(self, code, vendor=0):
        """The AVPs of a group, none if it is not there."""
        return Attributes(self.value(code, vendor) or b"")


class Message:
    """One Diameter message."""

    def __init__(self, flags, code, application, hop, end, body):
        self.flags = flags
        self.code = code
        self.application = application
        self.hop = hop
        self.end = end
        self.body = body
        self.attributes = Attributes(body)

    @property
    def is_request(self):
        """Whether it wants an answer."""
        return bool(self.flags & REQUEST)

    @classmethod
    def parse(cls, data):
        """A message of exactly these bytes."""
        code, application = int.from_bytes(data[5:8], "big"), int.from_bytes(data[8:12], "big")
        hop, end = struct.unpack_from("!II", data, 12)
        return cls(data[4], code, application, hop, end, data[HEADER_LENGTH:])

    def encoded(self):
        """Its bytes."""
        length = HEADER_LENGTH + len(self.body)
        return (b"\x01" + length.to_bytes(3, "big") + bytes([self.flags])
                + self.code.to_bytes(3, "big")
                + struct.pack("!III", self.application, self.hop, self.end) + self.body)

    def answer(self, attributes, flags=0):
        """The answer to this request."""
        session = self.attributes.value(SESSION)
        first = [attribute(SESSION, session)] if session is not None else []
        return Message(
            self.flags & PROXIABLE | flags, self.code, self.application, self.hop, self.end,
            b"".join(first + attributes))


class Connection:
    """One TCP connection of a peer; its name is known after the exchange of capabilities."""

    def __init__(self, stream):
        self.stream = stream
        self.peer = None
        self.realm = None
        self._lock = threading.Lock()

    def send(self, message):
        """Sends a message as a whole."""
        with self._lock:
            self.stream.sendall(message.encoded())

    def receive(self):
        """The next message, or None at the end, or where there is none that can be read."""
        head = self._read(4)
        if head is None:
            return None
        length = int.from_bytes(head[1:], "big")
        if head[0] != 1 or not HEADER_LENGTH <= length <= LONGEST_MESSAGE or length % 4:
            return None
        rest = self._read(length - 4)
        try:
            return Message.parse(head + rest) if rest is not None else None
        except (ValueError, struct.error):
            return None

    def _read(self, count):
        data = b""
        while len(data) < count:
            try:
                piece = self.stream.recv(count - len(data))
            except OSError:
                return None
            if not piece:
                return None
            data += piece
        return data


class Node:
    """A Diameter server; a subclass answers the requests of its application."""

    PRODUCT_NAME = "lab"
    PORT = 3868

    def __init__(self, host, realm, application):
        self.host = host
        self.realm = realm
        self.application = application
        self._connections = []
        self._answers = {}
        self._next = 1
        self.changed = threading.Condition()
        self._listener = None

    def start(self):
        """Listens."""
        self._listener = socket.create_server((self.host, self.PORT))
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def stop(self):
        """Ends every connection and leaves the address."""
        if not self._listener:
            return
        # Only this wakes a thread that waits in accept.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._listener = None
        with self.changed:
            connections = list(self._connections)
        for connection in connections:
            try:
                connection.stream.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # The peer was faster.

    def identity(self):
        """Origin-Host and Origin-Realm."""
        return [attribute(ORIGIN_HOST, self.host), attribute(ORIGIN_REALM, self.realm)]

    def serve(self, attributes, code):
        """The AVPs that answer a request of the application."""
        raise NotImplementedError

    def peers(self):
        """The names of who is connected."""
        with self.changed:
            return {connection.peer for connection in self._connections if connection.peer}

    def ask(self, peer, code, attributes, seconds=5.0):
        """Sends a request to a peer and returns the answer's AVPs."""
        with self.changed:
            connection = next((one for one in self._connections if one.peer == peer), None)
            number = self._next
            self._next += 1
        if connection is None:
            raise ConnectionError(f"{peer} is not connected")
        session = attribute(SESSION, f"{self.host};{number};1")
        target = [attribute(DESTINATION_HOST, peer),
                  attribute(DESTINATION_REALM, connection.realm)]
        connection.send(Message(
            REQUEST | PROXIABLE, code, self.application, number, number,
            b"".join([session, *self.identity(), *target, *attributes])))
        with self.changed:
            if not self.changed.wait_for(lambda: number in self._answers, seconds):
                raise TimeoutError(f"{peer} does not answer to {code}")
            return self._answers.pop(number).attributes

    def _accept(self):
        while True:
            try:
                stream, _ = self._listener.accept()
            except (OSError, AttributeError):
                return
            threading.Thread(target=self._talk, args=(Connection(stream),), daemon=True).start()

    def _talk(self, connection):
        with self.changed:
            self._connections.append(connection)
        while (message := connection.receive()) is not None:
            try:
                if message.is_request:
                    connection.send(self._answer(message, connection))
                else:
                    self._keep(message)
            except OSError:
                break
            if message.is_request and message.code == DISCONNECT:
                break
        connection.stream.close()
        with self.changed:
            self._connections.remove(connection)
            self.changed.notify_all()

    def _keep(self, answer):
        with self.changed:
            self._answers[answer.hop] = answer
            self.changed.notify_all()

    def _answer(self, request, connection):
        done = [attribute(RESULT, SUCCESS), *self.identity()]
        if request.code == CAPABILITIES:
            return request.answer(self._capabilities(request, connection, done))
        if request.code in (WATCHDOG, DISCONNECT):
            return request.answer(done)
        if request.application != self.application:
            return request.answer(
                [attribute(RESULT, COMMAND_UNSUPPORTED), *self.identity()], ERROR)
        return request.answer([
            self.application_group(), attribute(SESSION_STATE, NO_STATE_MAINTAINED),
            *self.identity(), *self.serve(request.attributes, request.code)])

    def application_group(self):
        """Vendor-Specific-Application-Id."""
        return attribute(VENDOR_APPLICATION, [
            attribute(VENDOR, VENDOR_3GPP), attribute(AUTH_APPLICATION, self.application)])

    def _capabilities(self, request, connection, done):
        with self.changed:
            connection.peer = request.attributes.text(ORIGIN_HOST)
            connection.realm = request.attributes.text(ORIGIN_REALM)
            self.changed.notify_all()
        return [*done, address(self.host), attribute(VENDOR, VENDOR_3GPP),
                attribute(PRODUCT, self.PRODUCT_NAME), attribute(SUPPORTED_VENDOR, VENDOR_3GPP),
                self.application_group()]
