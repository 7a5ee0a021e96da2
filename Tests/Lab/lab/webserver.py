"""lighttpd as a carrier's provisioning server: files by HTTPS, and what it was asked for."""

import os
import re
import shutil

from . import process


class WebServer:
    """One lighttpd at an address of the run, with a certificate and a folder of files."""

    def __init__(self, run, address, certificate, key, port=8443):
        self.run, self.address, self.port = run, address, port
        self.certificate, self.key = certificate, key
        self.folder = run.path("web")
        os.makedirs(self.folder, exist_ok=True)
        self.log = run.path("access.log")
        #: Lines of the server's configuration beside its own.
        self.more = []
        self.program = None

    def url(self, file="box.conf", host=None):
        """Where a file is, by the server's address or by a name."""
        return f"https://{host or self.address}:{self.port}/{file}"

    def put(self, text, file="box.conf"):
        """Puts a file there; one with the same name has another version from now on."""
        path = os.path.join(self.folder, file)
        with open(path + ".new", "w", encoding="utf-8") as out:
            out.write(text)
        os.rename(path + ".new", path)
        return path

    def start(self):
        """Starts it; returns when it listens."""
        configuration = self.run.path("lighttpd.conf")
        with open(configuration, "w", encoding="utf-8") as out:
            out.write("\n".join([
                'server.modules = ("mod_auth", "mod_authn_file", "mod_redirect", '
                '"mod_accesslog", "mod_openssl")',
                f'server.document-root = "{self.folder}"', f'server.bind = "{self.address}"',
                f"server.port = {self.port}", 'ssl.engine = "enable"',
                f'ssl.pemfile = "{self.certificate}"', f'ssl.privkey = "{self.key}"',
                f'server.errorlog = "{self.run.path("lighttpd.log")}"',
                f'accesslog.filename = "{self.log}"', 'accesslog.format = "%s %U"',
                'server.stat-cache-engine = "disable"',
                'mimetype.assign = ("" => "text/plain")', *self.more]) + "\n")
        self.program = process.Program(
            "lighttpd", [shutil.which("lighttpd") or "/usr/sbin/lighttpd", "-D", "-f",
                         configuration], self.run.folder)
        process.wait_until(self._listens, 10, "the web server's socket")
        return self

    def _listens(self):
        octets = self.address.split(".")
        wanted = "".join(f"{int(octet):02X}" for octet in reversed(octets)) + f":{self.port:04X}"
        with open("/proc/net/tcp", encoding="ascii") as file:
            return wanted in file.read()

    def stop(self):
        """Ends it, which writes its log."""
        self.program.stop()

    def answers(self, file="box.conf"):
        """The status of each answer so far to requests for a file; known when it has ended."""
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as log:
            return [int(match.group(1)) for line in log
                    if (match := re.match(rf"(\d+) /{re.escape(file)}$", line))]
