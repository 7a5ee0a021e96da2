"""The quality of a call, told to a collector when it ends (RFC 6035)."""

import calendar
import re
import time

from lab import process, quality_report, sipp
from test_calls import FAR, SceneTest


class Report(SceneTest):
    """A SIPp that collects, behind an SBC that wants to know who reports."""

    numbers = ("6001",)
    settings = ("sip quality-collector sip:collector@lab.example",)

    def call(self, talk_ms=2500):
        """A call to a far party that speaks."""
        self.make_speech()
        far = self.scene.far_party(speech=self.theirs)
        self.dial(FAR)
        far.wait_connected()
        self.phone.do(f"pause {talk_ms}")
        self.phone.hang_up()
        far.wait_ended()
        far.stop()

    def test_collected(self):
        """The report follows the grammar and says what the wire says."""
        self.scene.sbc.add_trunk("collector", self.scene.network.stranger)
        collector = self.scene.play(sipp.Sipp(
            self.scene.run, sipp.collect(), self.scene.network.stranger, name="collector"))
        self.call()
        collector.wait_done()
        request, = collector.received("PUBLISH")
        head, body = re.split(r"\r\n\r\n", request, maxsplit=1)
        length = int(re.search(r"Content-Length: *(\d+)", head).group(1))
        self.assertIn("Event: vq-rtcpxr\r\n", head)
        self.assertIn("Content-Type: application/vq-rtcpxr\r\n", head)
        report = quality_report.read(body[:length])
        self.assert_clean_end()
        self.assert_wire(report)
        self.assertEqual(report["LocalID"], "<sip:6001@lab.example>")
        self.assertEqual(report["OrigID"], report["LocalID"])
        local = report["LocalMetrics"]
        self.assertEqual(
            local["SessionDesc"], {"PT": "8", "PD": "PCMA", "SR": "8000", "FD": "20", "FO": "160",
                                   "FPP": "1", "PPS": "50", "PLC": "3", "SSUP": "off"})
        self.assertEqual(local["PacketLoss"]["NLR"], "0.0")
        self.assertGreaterEqual(float(local["QualityEst"]["MOSLQ"]), 4.0)
        start, stop = (calendar.timegm(time.strptime(local["Timestamps"][name],
                                                     "%Y-%m-%dT%H:%M:%SZ"))
                       for name in ("START", "STOP"))
        self.assertIn(stop - start, range(2, 8))
        self.assertLess(abs(time.time() - stop), 60)

    def assert_wire(self, report):
        """Call-ID, addresses and sources are those that tshark has seen."""
        calls = self.scene.wire.packets('sip.Method == "INVITE"', ["sip.Call-ID"])
        self.assertEqual({report["CallID"]}, {packet["sip.Call-ID"] for packet in calls})
        self.assertTrue(report["DialogID"].startswith(report["CallID"] + ";to-tag="))
        told = {(report[name]["IP"], report[name]["PORT"], int(report[name]["SSRC"], 16))
                for name in ("LocalAddr", "RemoteAddr")}
        packets = self.scene.wire.packets("rtp.ssrc", ["ip.src", "udp.srcport", "rtp.ssrc"])
        seen = {(packet["ip.src"], packet["udp.srcport"], int(packet["rtp.ssrc"], 16))
                for packet in packets}
        self.assertEqual(told, seen)

    def test_refused(self):
        """A network that takes no PUBLISH is in the log, and the line goes on."""
        self.call(500)
        process.wait_until(
            lambda: "the report of a call was answered with 405"
            in self.scene.box.shell("show log"), 10, "the refusal in the log")
        self.phone.lift()
        self.phone.wait("tone dial", 5)
        self.phone.hang_up()
        self.assert_clean_end()
