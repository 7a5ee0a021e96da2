"""SBCs by name: a real DNS server says where they are, moves them, dies and comes back."""

import os
import re
import sys
import unittest

from lab import box, kamailio, name_server, process, run
from test_calls import ARCHITECTURE, FAR, SceneTest

DOMAIN = "carrier.example"
#: What dnsmasq gives every record to live, in seconds; the box keeps nothing for less.
LIFETIME = 10


class NamedServers(SceneTest):
    """Two SBCs behind the name of a domain."""

    def prepare(self):
        network = self.scene.network
        self.names = name_server.NameServer(self.scene.run, DOMAIN, LIFETIME)
        self.addCleanup(self.names.stop)
        self.backup = kamailio.Kamailio(
            self.scene.run, self.numbers, name="backup", address=network.backup).start()
        self.addCleanup(self.backup.stop)
        self.backup.add_trunk(FAR, network.far)
        self.scene.server = DOMAIN
        self.scene.settings += [
            f"network dns {self.names.address} port {name_server.PORT}", "sip heartbeat 5"]
        self.prepare_names()

    def prepare_names(self):
        """The records of the beginning."""
        self.names.pointer(10, 50, "SIP+D2T", f"_sip._tcp.{DOMAIN}")
        self.names.pointer(20, 50, "SIP+D2U", f"_voice._udp.{DOMAIN}")
        self.names.service(f"_voice._udp.{DOMAIN}", f"b.{DOMAIN}", 5060, 20, 0)
        self.names.service(f"_voice._udp.{DOMAIN}", f"a.{DOMAIN}", 5060, 10, 0)
        self.names.host(f"a.{DOMAIN}", self.scene.network.sbc)
        self.names.host(f"b.{DOMAIN}", self.scene.network.backup)
        self.names.start()

    def wait_shell(self, command, text, seconds=20):
        """Waits until an answer of the console has a text; returns the answer."""
        return process.wait_until(
            lambda: (lambda said: said if text in said else None)(self.scene.box.shell(command)),
            seconds, f"{text!r} in {command}")


class Records(NamedServers):
    """NAPTR leads to SRV, that to two SBCs in their order."""

    def test_second_target_when_the_first_dies(self):
        sbc, backup = self.scene.sbc.endpoint, self.backup.endpoint
        said = self.scene.box.shell(f"resolve {DOMAIN.upper()}")
        shape = re.sub(r"after [0-9]+\.[0-9]{2} ms", "after N ms", said)
        self.assertEqual(
            sorted(shape.splitlines()), sorted(f"""\
servers of {DOMAIN}; Ctrl-C ends it
NAPTR {DOMAIN}: 2 records after N ms
  10 50 's' 'SIP+D2T' _sip._tcp.{DOMAIN}, {LIFETIME} s
  20 50 's' 'SIP+D2U' _voice._udp.{DOMAIN}, {LIFETIME} s
SRV _voice._udp.{DOMAIN}: 2 records after N ms
  10 0 5060 a.{DOMAIN}, {LIFETIME} s
  20 0 5060 b.{DOMAIN}, {LIFETIME} s
A a.{DOMAIN}: 1 record after N ms
  {self.scene.network.sbc}, {LIFETIME} s
AAAA a.{DOMAIN}: the name has no such record, after N ms
A b.{DOMAIN}: 1 record after N ms
  {self.scene.network.backup}, {LIFETIME} s
AAAA b.{DOMAIN}: the name has no such record, after N ms
SIP over UDP goes to {sbc}, {backup}
""".splitlines()))
        self.assertIn(f"SBC: {sbc}; instead of it {backup}\n", self.scene.box.shell("show status"))
        self.scene.sbc.kill()
        for number in self.numbers:
            self.backup.wait_registered(number, 30)
        self.assertIn(
            f"SBC: {backup}; instead of it {sbc} (does not answer)",
            self.scene.box.shell("show status"))
        self.scene.sbc.start()

    def test_moved_in_a_call(self):
        """Another SBC in DNS: registered there within its time to live, and the call goes on."""
        far = self.scene.far_party()
        self.dial(FAR)
        far.wait_connected()
        self.names.change(
            ("pointer", 1, 1, "SIP+D2U", f"_voice._udp.{DOMAIN}"),
            ("service", f"_voice._udp.{DOMAIN}", f"b.{DOMAIN}", 5060, 1, 0),
            ("host", f"b.{DOMAIN}", self.scene.network.backup))
        for number in self.numbers:
            self.backup.wait_registered(number, 2 * LIFETIME)
        self.assertIn(
            f"SBC: {self.backup.endpoint}\n", self.scene.box.shell("show status"))
        self.assertIn("talking", self.scene.box.shell("show ports"))
        # The far party hangs up: its BYE comes by the SBC that is in no record any more.
        far.hang_up()
        self.wait_shell("show call history", FAR)
        self.assertNotIn("talking", self.scene.box.shell("show ports"))
        self.phone.hang_up()

    def test_long_answer(self):
        """More records than a datagram holds: the answer comes by TCP, the first eight count."""
        rows = [("service", f"_sip._udp.{DOMAIN}", f"a-rather-long-name-{i}.{DOMAIN}", 5060, i, 0)
                for i in range(1, 25)]
        hosts = [("host", f"a-rather-long-name-{i}.{DOMAIN}", self.scene.network.address(100 + i))
                 for i in range(1, 25)]
        self.names.change(*rows, *hosts)
        said = self.scene.box.shell(f"resolve {DOMAIN}")
        self.assertIn(f"SRV _sip._udp.{DOMAIN}: 24 records after", said)
        self.assertIn("SIP over UDP goes to " + ", ".join(
            f"{self.scene.network.address(100 + i)}:5060" for i in range(1, 9)) + "\n", said)

    def test_dns_dies_later(self):
        """What is known stays: calls go through, and explain tells why nothing new is learnt."""
        self.names.stop()
        said = self.wait_shell("explain port 1", "what was known before goes on", 3 * LIFETIME)
        self.assertIn("no DNS server is there", said)
        self.assertIn("port 1 can call", said)
        self.call_briefly(FAR)
        said = self.scene.box.shell(f"resolve {DOMAIN}")
        self.assertIn(f"A {DOMAIN}: no DNS server is there", said)


class DeadAtStart(NamedServers):
    """Nobody answers when the box starts."""

    registered = False

    def prepare_names(self):
        """DNS is not there yet."""

    def test_registers_when_dns_is_back(self):
        said = self.wait_shell("explain port 1", "no DNS server is there")
        self.assertIn(f"SBC           BROKEN: {DOMAIN}: no DNS server is there", said)
        self.assertIn("port 1 cannot call: look at its SBC", said)
        super().prepare_names()
        for number in self.numbers:
            self.scene.sbc.wait_registered(number, 70)
        self.assertIn("port 1 can call", self.wait_shell("explain port 1", "can call"))
        self.assert_clean_end()

    def test_silence(self):
        """A server that never answers: the words are others, and resolve ends by itself."""
        silent = name_server.SilentServer(self.names.address)
        self.addCleanup(silent.stop)
        self.wait_shell("explain port 1", f"{DOMAIN}: no DNS server answers", 60)
        said = self.scene.box.shell(f"resolve {DOMAIN}")
        self.assertRegex(said, rf"A {DOMAIN}: no DNS server answers, after [23]\d{{3}}\.\d\d ms")
        self.assertIn("no server: no DNS server answers", said)


class OneWay(unittest.TestCase):
    """A network with two ways, one of which is voice's."""

    SERVER = "192.0.2.53"

    def test_questions_leave_by_the_voice_interface(self):
        """Though the routing table of everybody else leads elsewhere."""
        runs = run.Run("one_way")
        gateway = box.Box(runs, settings=[
            "network interface voice", "network address 10.77.0.1/24",
            "network gateway 10.77.0.254", f"network dns {self.SERVER}"], server=DOMAIN)
        self.addCleanup(gateway.stop)
        with open(gateway.configuration, "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in gateway.text().splitlines()
                               if not line.startswith("sip local")))
        helper = os.path.join(os.path.dirname(__file__), "peers", "two_ways.py")
        program = process.Program("two_ways", [
            "unshare", "--map-root-user", "--net", "--mount", sys.executable, helper, self.SERVER,
            *box.launcher(ARCHITECTURE), "run", "--config", gateway.configuration], runs.folder)
        self.addCleanup(program.stop)
        # Two tries of the first question and two of the second: time enough for a wrong way.
        for _ in range(4):
            found, _ = program.wait_for(r"question by (\w+)", 20)
            self.assertEqual(found[1], "voice")


if __name__ == "__main__":
    unittest.main()
