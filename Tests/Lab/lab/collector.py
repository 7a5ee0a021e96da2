"""rsyslog as a carrier's collector of logs: what it understood of each datagram, line by line."""

import os
import shutil

from . import process

#: What of a message is written down, as rsyslog parsed it (RFC 5424).
FIELDS = ("timestamp:::date-rfc3339", "hostname", "app-name", "syslogfacility-text",
          "syslogseverity-text", "protocol-version", "msg")


class Collector:
    """One rsyslogd that listens at an address of the run."""

    def __init__(self, run, address, port=5514, transport="udp", tls=None):
        self.address, self.port, self.transport = address, port, transport
        #: With TLS: the paths of the authority's certificate, of our own, and of its key.
        self.tls = tls
        self.path = run.path("collected")
        self.run = run
        self.program = None

    def start(self):
        """Starts it; returns when it listens."""
        template = "|".join(f"%{field}%" for field in FIELDS)
        configuration = self.run.path("rsyslog.conf")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(
                f'{self._security()}'
                f'module(load="im{self.transport}"{self._driver()})\n'
                f'input(type="im{self.transport}" address="{self.address}" '
                f'port="{self.port}" ruleset="all")\n'
                f'template(name="fields" type="string" string="{template}\\n")\n'
                f'ruleset(name="all") {{ action(type="omfile" file="{self.path}" '
                'template="fields" asyncWriting="off" flushOnTXEnd="on") }\n')
        self.program = process.Program(
            "rsyslogd", [shutil.which("rsyslogd") or "/usr/sbin/rsyslogd", "-n", "-f",
                         configuration, "-i", self.run.path("rsyslog.pid")], self.run.folder)
        process.wait_until(self._listens, 10, "the collector's socket")
        return self

    def _security(self):
        if not self.tls:
            return ""
        authority, certificate, key = self.tls
        return (f'global(DefaultNetstreamDriverCAFile="{authority}" '
                f'DefaultNetstreamDriverCertFile="{certificate}" '
                f'DefaultNetstreamDriverKeyFile="{key}")\n')

    def _driver(self):
        if not self.tls:
            return ""
        return (' StreamDriver.Name="gtls" StreamDriver.Mode="1" '
                'StreamDriver.AuthMode="anon"')

    def _listens(self):
        octets = self.address.split(".")
        wanted = "".join(f"{int(octet):02X}" for octet in reversed(octets)) + f":{self.port:04X}"
        with open(f"/proc/net/{self.transport}", encoding="ascii") as file:
            return wanted in file.read()

    def messages(self):
        """The messages so far, each a dictionary of its fields."""
        if not os.path.exists(self.path):
            return []
        names = [field.split(":")[0] for field in FIELDS]
        with open(self.path, encoding="utf-8") as file:
            return [dict(zip(names, line.rstrip("\n").split("|"))) for line in file]

    def wait_for(self, words, seconds=10):
        """Waits for a message with these words; returns it."""
        return process.wait_until(
            lambda: next((m for m in self.messages() if words in m["msg"]), None), seconds,
            f"the collector to hear '{words}'")

    def stop(self):
        """Ends it."""
        self.program.stop()
