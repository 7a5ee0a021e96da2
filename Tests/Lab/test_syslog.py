"""The log at a collector: rsyslog's own parser says what it understood."""

import datetime
import unittest

from lab import collector, name_server, process
from test_calls import SceneTest


class Syslog(SceneTest):
    """A box whose configuration names a collector."""

    def prepare(self):
        address = self.scene.network.second_far
        self.collector = collector.Collector(self.scene.run, address).start()
        self.addCleanup(self.collector.stop)
        self.scene.settings = [f"syslog server {address} port 5514"]

    def test_call(self):
        """A call's record with its figures, a failure with its severity, times of this minute."""
        self.dial("6002")
        self.other.wait("ring", 8)
        self.other.lift()
        self.other.wait("feed forward", 5)
        self.phone.hang_up()
        self.other.hang_up()
        record = self.collector.wait_for("port 1: call to 6002, talked 0:00:0")
        self.assertRegex(
            record["msg"], r", hung up here, sent \d+, received \d+, lost 0, .*, MOS 4\.\d\d$")
        self.assertEqual(
            (record["app-name"], record["syslogfacility-text"], record["syslogseverity-text"],
             record["protocol-version"]), ("tipring", "local0", "info", "1"))
        sent = datetime.datetime.fromisoformat(record["timestamp"])
        age = datetime.datetime.now(datetime.timezone.utc) - sent
        self.assertLess(abs(age.total_seconds()), 60)
        self.scene.sbc.stop()
        self.scene.box.shell("register now")
        alarm = self.collector.wait_for("alarm: port 1: registration not renewed", 60)
        self.assertEqual(alarm["syslogseverity-text"], "err")
        self.assertEqual(alarm["hostname"], record["hostname"])


class ComesAndGoes:
    """Lines wait for a collector that is away, by any stream."""

    def test_collector_comes_and_goes(self):
        self.dial("6")
        self.phone.hang_up()
        self.collector.start()
        early = self.collector.wait_for("port 1: digit 6", 20)
        self.assertEqual((early["app-name"], early["protocol-version"]), ("tipring", "1"))
        self.assertIn("started", [message["msg"].strip() for message in
                                  self.collector.messages()], "the first line waited too")
        self.collector.stop()
        self.dial("7")
        self.phone.hang_up()
        self.collector.start()
        self.collector.wait_for("port 1: digit 7", 30)
        digits = [message for message in self.collector.messages() if "digit" in message["msg"]]
        self.assertEqual(len(digits), 2, "each line once")
        self.assertEqual(self.scene.box.stop(), 0)


class Stream(ComesAndGoes, SceneTest):
    """The same by TCP, which makes lines wait for a collector that is away."""

    def prepare(self):
        address = self.scene.network.second_far
        self.collector = collector.Collector(self.scene.run, address, transport="tcp")
        self.addCleanup(self.collector.stop)
        self.scene.settings = [
            f"syslog server {address} port 5514", "syslog transport tcp"]


class Named(SceneTest):
    """A collector that has a name, which DNS learns late and then says otherwise."""

    DOMAIN = "desk.example"
    TRANSPORT = "udp"

    def prepare(self):
        network = self.scene.network
        self.names = name_server.NameServer(self.scene.run, self.DOMAIN)
        self.names.start()
        self.addCleanup(self.names.stop)
        self.collector = collector.Collector(
            self.scene.run, network.second_far, transport=self.TRANSPORT).start()
        self.addCleanup(self.collector.stop)
        self.scene.settings = [
            f"network dns {self.names.address} port {name_server.PORT}",
            f"syslog server log.{self.DOMAIN} port 5514", f"syslog transport {self.TRANSPORT}"]

    def test_name_that_comes_late(self):
        process.wait_until(
            lambda: f"syslog server: no address of log.{self.DOMAIN} is known"
            in self.scene.box.shell("show log"), 20, "the missing name in the log")
        self.dial("6")
        self.phone.hang_up()
        self.names.change(("host", f"log.{self.DOMAIN}", self.scene.network.second_far))
        # What was said before there was an address is not lost.
        for words in ("started", "port 1: digit 6", "no address of log."):
            self.collector.wait_for(words, 30)
        self.dial("7")
        self.phone.hang_up()
        self.collector.wait_for("port 1: digit 7")
        self.assertEqual(self.scene.box.stop(), 0)


class NamedStream(Named):
    """The same by TCP."""

    TRANSPORT = "tcp"


if __name__ == "__main__":
    unittest.main()
