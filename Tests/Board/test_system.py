"""The system around the gateway: the management network, a collector, a monitoring system."""

import socket
import unittest

from lab import scraper

from test_calls import BoardTest


class Management(BoardTest):
    """A second VLAN beside that of voice, with an address and a routing table of its own."""

    settings = (
        "management interface eth0", "management vlan 200", "management address 10.200.0.1/24",
        "management gateway 10.200.0.254")

    def test_is_there(self):
        network = self.scene.show("network")
        self.assertIn("voice: eth0 VLAN 100, 10.100.0.1/24\n", network)
        self.assertIn("management: eth0 VLAN 200, 10.200.0.1/24 via 10.200.0.254\n", network)
        self.assertIn("VID: 200", self.scene.shell("cat /proc/net/vlan/manage"))
        # What is sent there is tagged so; nobody of that network answers here.
        self.scene.shell("ping -c 1 -W 1 -I manage 10.200.0.254", check=False)
        self.assertGreater(self.scene.wire.sent[(200, 0)], 0)
        self.assertNotIn(None, self.scene.wire.sent)


class Syslog(BoardTest):
    """The log of the box at a collector, over the voice network when there is no other."""

    def test_collector(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as collector:
            collector.bind((self.scene.network.address(254), 5140))
            collector.settimeout(10)
            self.scene.shell(
                f"echo {self.scene.network.address(254)}:5140 >/data/tipring/syslog; "
                "killall syslogd")
            self.scene.shell("until pidof syslogd; do usleep 50000; done; logger -t lab hello")
            heard = b""
            while b"lab: hello" not in heard:
                heard = collector.recv(2048)
        self.assertIn("lab: hello", self.scene.shell("logread"))


class Metrics(BoardTest):
    """The page of metrics, over the voice network when there is no other."""

    settings = (f"metrics port {scraper.PORT}",)

    def test_page(self):
        samples = scraper.Scraper(self.scene.network.box).samples()
        self.assertEqual(samples['tipring_network_up{network="voice"}'], 1)
        self.assertEqual(samples['tipring_port_registered{port="1"}'], 1)
        self.assertEqual(samples['tipring_card_up{card="1"}'], 1)
        self.assertEqual(samples['tipring_card_own_xruns_total{card="1"}'], 0)
        self.assertEqual(self.scene.wire.strays, [])


if __name__ == "__main__":
    unittest.main()
