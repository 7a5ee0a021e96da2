"""The page of metrics: Prometheus's own parser reads it, and nobody who asks holds up a call."""

import random
import re
import socket
import time
import unittest

from lab import box, process, run as run_module, scraper
from test_calls import ARCHITECTURE, SceneTest

ENDED = 'tipring_calls_ended_total{direction="%s",reason="%s"}'
REQUEST = b"GET /metrics HTTP/1.1\r\nHost: box\r\n\r\n"


class MetricsTest(SceneTest):
    """A box with a page, in a scene."""

    def prepare(self):
        self.scraper = scraper.Scraper(self.scene.network.box)
        self.scene.settings = [f"metrics port {scraper.PORT}"]

    def connect(self, room=None):
        """A connection that ends with the test."""
        made = self.scraper.connect(room)
        self.addCleanup(made.close)
        return made

    def call(self):
        """Port 1 calls port 2, which answers."""
        self.dial("6002")
        self.other.wait("ring", 8)
        self.other.lift()
        self.other.wait("feed forward", 5)


class Page(MetricsTest):
    """What is on the page."""

    def test_call(self):
        """Every number before, in and after a call, as Prometheus's client reads it."""
        before = self.scraper.samples()
        for port in (1, 2):
            self.assertEqual(before[f'tipring_port_registered{{port="{port}"}}'], 1)
            self.assertEqual(before[f'tipring_port_off_hook{{port="{port}"}}'], 0)
        self.call()
        self.scraper.wait_for('tipring_port_stage{port="1",stage="talking"}', 1)
        during = self.scraper.samples()
        for direction in ("outgoing", "incoming"):
            series = f'tipring_calls_in_progress{{direction="{direction}"}}'
            self.assertEqual((before[series], during[series]), (0, 1))
        self.assertEqual(during['tipring_port_off_hook{port="2"}'], 1)
        self.phone.hang_up()
        self.other.hang_up()
        self.scraper.wait_for(ENDED % ("outgoing", "local"), 1)
        self.scraper.wait_for(ENDED % ("incoming", "remote"), 1)
        after = self.scraper.samples()
        self.assertGreater(after['tipring_calls_talk_seconds_total{direction="outgoing"}'], 0)
        self.assertGreater(after["tipring_rtp_sent_packets_total"], 0)
        self.assertGreater(after["tipring_rtp_received_packets_total"], 0)
        self.assertGreater(after['tipring_sip_events_total{event="sent"}'],
                           before['tipring_sip_events_total{event="sent"}'])
        for series, value in before.items():
            if "_total" in series:
                self.assertGreaterEqual(after[series], value, series)
        self.assertEqual({s for s in after if "stage" not in s},
                         {s for s in before if "stage" not in s}, "a call makes no series")
        self.assert_clean_end()

    def test_form(self):
        """Status, headers, types, units and the release."""
        response, page = self.scraper.ask()
        self.assertEqual(response.status, 200)
        self.assertEqual(response.getheader("Content-Type"),
                         "text/plain; version=0.0.4; charset=utf-8")
        self.assertEqual(response.getheader("Connection"), "close")
        self.assertEqual(int(response.getheader("Content-Length")), len(page))
        families = scraper.read(page)
        # The client takes `_total` off the name of a counter; an unknown family has no type.
        self.assertEqual({family[1] for family in families}, {"counter", "gauge"})
        for name, _, words, samples in families:
            self.assertRegex(name, r"^tipring_[a-z_]+$")
            self.assertTrue(words.endswith("."), f"{name}: {words}")
            self.assertTrue(samples or "card" in name or "network" in name, f"{name} is empty")
        version = re.search(r"^tipring (\S+)", self.scene.box.shell("show version")).group(1)
        self.assertEqual(self.scraper.samples()[f'tipring_build_info{{version="{version}"}}'], 1)
        for secret in (b"6001", b"6002", b"secret", b"lab.example"):
            self.assertNotIn(secret, page)


class Clients(MetricsTest):
    """Whoever connects."""

    def test_refusals(self):
        """Other pages, other methods, what is no request; and only the head for HEAD."""
        _, page = self.scraper.ask()
        response, body = self.scraper.ask(method="HEAD")
        self.assertEqual((response.status, body), (200, b""))
        self.assertAlmostEqual(int(response.getheader("Content-Length")), len(page), delta=100)
        response, body = self.scraper.ask("/")
        self.assertEqual((response.status, body), (404, b"the only page is /metrics\n"))
        response, body = self.scraper.ask("/other", "HEAD")
        self.assertEqual((response.status, body), (404, b""))
        response, _ = self.scraper.ask(method="POST")
        self.assertEqual((response.status, response.getheader("Allow")), (405, "GET, HEAD"))
        for request in (b"hello\r\n\r\n", b"GET /metrics HTTP/1.1\r\n\r\n", b"x" * 5000,
                        b"GET /metrics HTTP/1.1\r\nX: " + b"y" * 50_000):
            connection = self.connect()
            connection.sendall(request)
            answer = scraper.receive_all(connection)
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 Bad Request\r\n"), request[:40])

    def test_pieces(self):
        """A request byte by byte, one by somebody who says at once that no more will come."""
        connection = self.connect()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in REQUEST:
            connection.sendall(bytes([byte]))
        self.assertTrue(scraper.receive_all(connection).startswith(b"HTTP/1.1 200 OK\r\n"))
        connection = self.connect()
        connection.sendall(REQUEST)
        connection.shutdown(socket.SHUT_WR)
        self.assertTrue(scraper.receive_all(connection).endswith(b"\n"))

    def test_slow_clients(self):
        """Four who ask for nothing, or by halves, hold their places for 5 s, and no call at all."""
        started = time.monotonic()
        silent = [self.connect() for _ in range(4)]
        silent[1].sendall(REQUEST[:20])
        fifth = self.connect()
        fifth.sendall(REQUEST)
        fifth.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            fifth.recv(1)
        # A place that is given back is the fifth one's at once.
        silent.pop(0).close()
        fifth.settimeout(1)
        self.assertTrue(scraper.receive_all(fifth).startswith(b"HTTP/1.1 200 OK\r\n"))
        fifth.close()
        self.call()
        for connection in silent:
            self.assertEqual(connection.recv(1), b"")
        self.assertGreater(time.monotonic() - started, 4.9)
        self.assertLess(time.monotonic() - started, 12)
        self.scraper.wait_for('tipring_port_stage{port="1",stage="talking"}', 1)

    def test_reader_that_stops(self):
        """Four who do not read what they asked for; what they read in the end is whole."""
        asked = [self.connect(room=2048) for _ in range(4)]
        for connection in asked:
            connection.sendall(REQUEST)
        self.call()
        for connection in asked[:2]:
            answer = scraper.receive_all(connection)
            connection.close()
            head, _, page = answer.partition(b"\r\n\r\n")
            length = int(re.search(rb"Content-Length: (\d+)", head).group(1))
            self.assertEqual(len(page), length)
            self.assertGreater(len(scraper.read(page)), 20)
        self.scraper.wait_for('tipring_port_stage{port="1",stage="talking"}', 1)
        self.phone.hang_up()
        self.other.hang_up()
        self.scraper.wait_for(ENDED % ("outgoing", "local"), 1)
        self.assert_clean_end()

    def test_noise(self):
        """Random bytes, resets and floods: the box goes on, and so does its page."""
        seed = 9100
        print(f"(seed {seed}) ", end="", flush=True)
        source = random.Random(seed)
        for number in range(100):
            connection = self.scraper.connect()
            bent = bytearray(REQUEST * source.randrange(1, 4))
            for _ in range(source.randrange(8)):
                bent[source.randrange(len(bent))] = source.randrange(256)
            try:
                connection.sendall(bytes(bent[:source.randrange(len(bent))]))
                if number % 3 == 0:
                    # A reset, with what was sent unread.
                    connection.setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            except (BrokenPipeError, ConnectionResetError):
                pass
            connection.close()
        self.assertTrue(self.scene.box.program.is_running)
        process.wait_until(self.scraper.is_answered, 15, "the page after the noise")
        self.call()
        self.phone.hang_up()
        self.other.hang_up()
        self.assert_clean_end()


class Alone(unittest.TestCase):
    """A box without an SBC and without telephones."""

    def setUp(self):
        self.run_ = run_module.Run(self.id().rsplit(".", 1)[1])
        self.addCleanup(process.stop_all)

    def start(self, *settings, ports=2):
        """A box that ends with the test."""
        made = box.Box(self.run_, [str(6001 + place) for place in range(ports)], settings,
                       ARCHITECTURE)
        self.addCleanup(made.stop)
        made.start()
        # The console answers when everything is open.
        self.assertIn("lab", made.shell("show version"))
        return made

    def test_off_by_default(self):
        self.start()
        with self.assertRaises(ConnectionRefusedError):
            scraper.Scraper(self.run_.network.box).ask()

    def test_port_is_taken(self):
        """A sentence that names the parameter and the reason, and no start."""
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind((self.run_.network.box, scraper.PORT))
            other.listen()
            with self.assertRaisesRegex(
                    process.LabError, "tipring: metrics port 9100: Address already in use"):
                self.start(f"metrics port {scraper.PORT}")

    def test_starts_again_at_once(self):
        """Connections of the process before do not keep the port."""
        asked = scraper.Scraper(self.run_.network.box)
        first = self.start(f"metrics port {scraper.PORT}")
        # The box ends the connection first, so that its side is the one that waits (TIME-WAIT).
        with asked.connect() as connection:
            connection.sendall(REQUEST)
            self.assertIn(b"200 OK", scraper.receive_all(connection))
        first.stop()
        self.start(f"metrics port {scraper.PORT}")
        self.assertEqual(asked.ask()[0].status, 200)

    def test_largest_page(self):
        """With all ports the page is more than the kernel holds: who does not read is cut off."""
        asked = scraper.Scraper(self.run_.network.box)
        self.start(f"metrics port {scraper.PORT}", ports=32)
        _, page = asked.ask()
        self.assertEqual(
            {name for name, _, _, samples in scraper.read(page) if len(samples) == 32},
            {"tipring_port_registered", "tipring_port_registration_code",
             "tipring_port_registration_failures", "tipring_port_off_hook", "tipring_port_stage"})
        began = time.monotonic()
        for _ in range(4):
            connection = asked.connect(room=2048)
            self.addCleanup(connection.close)
            connection.sendall(REQUEST)
        process.wait_until(asked.is_answered, 15, "the page after those who do not read")
        self.assertGreater(time.monotonic() - began, 9)


if __name__ == "__main__":
    unittest.main()
