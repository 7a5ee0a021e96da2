"""The log at a collector: rsyslog's own parser says what it understood."""

import datetime
import unittest

from lab import collector
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


if __name__ == "__main__":
    unittest.main()
