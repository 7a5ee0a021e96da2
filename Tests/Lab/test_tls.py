"""TLS with real servers: the log at rsyslog's GnuTLS, and servers that must not be trusted."""

import unittest

from lab import authority, collector, process
from test_calls import SceneTest
from test_syslog import ComesAndGoes


class SecureTest(SceneTest):
    """A box that trusts one authority and has a collector by TLS."""

    numbers = ("6001",)
    days = 365

    def prepare(self):
        self.address = self.scene.network.second_far
        self.authority = authority.Authority(self.scene.run)
        server = self.server_certificate()
        self.collector = collector.Collector(
            self.scene.run, self.address, transport="tcp",
            tls=(self.authority.certificate, *server))
        self.addCleanup(lambda: self.collector.program and self.collector.stop())
        self.scene.settings = [
            f"syslog server {self.address} port 5514", "syslog transport tls",
            *self.names(), f"tls trust {self.authority.certificate}"]

    def server_certificate(self):
        """What the collector shows."""
        return self.authority.server(self.address, days=self.days)

    def names(self):
        """What the box is told of the collector's name."""
        return []

    def wait_log(self, words):
        """Waits until the box's own log has the words."""
        return process.wait_until(
            lambda: words in self.scene.box.shell("show log"), 20, f"the log to say '{words}'")


class SecureStream(ComesAndGoes, SecureTest):
    """RFC 5425: the same stream as by TCP, and lines wait for a collector that is away."""


class NamedCollector(SecureTest):
    """A certificate for a name, and near its end."""

    days = 9

    def server_certificate(self):
        return self.authority.server("logs.example", days=self.days)

    def names(self):
        return ["syslog name logs.example"]

    def test_name_and_warning(self):
        self.collector.start()
        self.collector.wait_for("syslog server: the server's certificate expires in ", 20)


class RefusedCollector(SecureTest):
    """Nothing is told to a server that is not who it should be; the words say why."""

    def refuse(self, words):
        """The collector is refused with these words, and hears nothing."""
        self.collector.start()
        self.wait_log("syslog server: " + words)
        self.assertEqual(self.collector.messages(), [])


class StrangeAuthority(RefusedCollector):
    """A certificate that somebody else has signed."""

    def server_certificate(self):
        return authority.Authority(self.scene.run, "stranger").server(self.address)

    def test_refused(self):
        self.refuse("the server's certificate is from nobody in tls trust")


class OtherName(RefusedCollector):
    """A certificate for another address."""

    def server_certificate(self):
        return self.authority.server("127.0.0.77")

    def test_refused(self):
        self.refuse("the server's certificate is for another name")


class Expired(RefusedCollector):
    """A certificate whose time is over."""

    days = -1

    def test_refused(self):
        self.refuse("the server's certificate has expired")


class NothingTrusted(SecureTest):
    """A trust file that is not there."""

    def prepare(self):
        super().prepare()
        self.scene.settings[-1] = "tls trust /nowhere/ca.pem"

    def test_said(self):
        self.wait_log("syslog server: tls trust /nowhere/ca.pem: No such file or directory")


if __name__ == "__main__":
    unittest.main()
