"""The SBC learnt by DHCPv6 (RFC 3319) on a network of IPv6 alone, from dnsmasq."""

import unittest

from lab import box, kamailio, link, process, run
from test_calls import ARCHITECTURE

NUMBER = "6001"


class LearntBox(box.Box):
    """A box whose interface has an address of IPv6, and that knows no SBC."""

    def text(self):
        """The configuration, with the interface in place of server and address."""
        network = self.run.network
        lines = [line for line in super().text().splitlines()
                 if not line.startswith(("sip server", "sip local"))]
        return "\n".join([
            *lines, f"network interface {network.device}",
            f"network address {network.box}/64"]) + "\n"


class DHCPv6(unittest.TestCase):
    """What a DHCPv6 server tells, and what it does not."""

    def setUp(self):
        self.addCleanup(process.stop_all)
        self.network = link.Link()
        self.run_folder = run.Run("dhcpv6-" + self.id().rsplit(".", 1)[1], self.network)
        self.network.plug_in(self.run_folder.folder)
        self.addCleanup(self.network.stop)
        self.sbc = kamailio.Kamailio(self.run_folder, [NUMBER]).start()
        self.addCleanup(self.sbc.stop)

    def begin(self, *options):
        """A server with these options, and the box."""
        self.server = link.Dhcpv6Server(self.run_folder, self.network, options).start()
        self.addCleanup(self.server.stop)
        self.box = LearntBox(self.run_folder, [NUMBER], architecture=ARCHITECTURE).start()
        self.addCleanup(self.box.stop)

    def assert_registered(self):
        """The box is registered, and by the address that it was given by hand."""
        binding = self.sbc.wait_registered(NUMBER, 20)
        self.assertEqual(binding, f"sip:{NUMBER}@[{self.network.box}]:5060")

    def test_addresses(self):
        """Option 22; dnsmasq read who asks and for what, in a message without a complaint."""
        self.begin(f"sip-server,[{self.network.sbc}]")
        self.server.program.wait_for(r"DHCPINFORMATION-REQUEST\(carrier0\) 00:03:00:01:", 20)
        self.assert_registered()
        log = "\n".join(line.text for line in self.server.program.lines)
        for name in ("21:sip-server-domain", "22:sip-server", "23:dns-server"):
            self.assertIn(name, log)
        shown = self.box.shell("show network")
        self.assertIn(f"SIP server (22): [{self.network.sbc}]:5060", shown)
        # The router of the link offers an address and a way: neither was taken.
        self.assertIn(f"{self.network.box}/64\n", shown)
        self.assertNotIn("via", shown)
        self.assertEqual(self.box.stop(), 0)
        self.sbc.wait_unregistered(NUMBER)

    def test_names(self):
        """Option 21, resolved by the DNS server of option 23; addresses stand behind names."""
        self.begin("sip-server-domain,sbc.lab.example", f"sip-server,[{self.network.far}]",
                   f"dns-server,[{self.network.sbc}]")
        self.assert_registered()
        shown = self.box.shell("show network")
        self.assertLess(
            shown.index("SIP server (21): sbc.lab.example"),
            shown.index(f"SIP server (22): [{self.network.far}]:5060"))
        self.assertIn(f"DNS server: {self.network.sbc}", shown)

    def test_a_server_that_is_put_right(self):
        """One that tells no SIP server is named in the log; the next answer counts."""
        self.begin(f"dns-server,[{self.network.sbc}]")
        process.wait_until(
            lambda: "tells no SIP server (options 21 and 22)" in self.box.shell("show log"), 20,
            "the reason in the log")
        self.assertIn("DHCPv6 tells none (options 21 and 22)", self.box.shell("explain port 1"))
        self.assertIsNone(self.sbc.binding(NUMBER))
        self.server.change([f"sip-server,[{self.network.sbc}]"])
        self.assert_registered()

    def test_nobody_answers(self):
        """A link without a server: said once; the server is found when it is there."""
        self.begin()
        self.server.stop()
        self.box.stop()
        self.box = LearntBox(self.run_folder, [NUMBER], architecture=ARCHITECTURE).start()
        self.addCleanup(self.box.stop)
        process.wait_until(
            lambda: "DHCPv6: no server answers" in self.box.shell("show log"), 30,
            "the complaint in the log")
        self.server.change([f"sip-server,[{self.network.sbc}]"])
        # The pauses have doubled: 16 seconds, a tenth more or less.
        self.sbc.wait_registered(NUMBER, 40)
        self.assertEqual(self.box.shell("show log").count("no server answers"), 1)


if __name__ == "__main__":
    unittest.main()
