"""A carrier's provisioning server: lighttpd, and one that keeps its connections."""

import os
import re
import shutil
import socket
import ssl
import threading

from . import process


class StayingServer:
    """Answers every request with one body by TLS and keeps the connection, as lighttpd does not.

    All comes at once, in records of 10,000 bytes: a reader that stops within the last one is not
    told of the rest by its socket.
    """

    def __init__(self, address, certificate, key, body, port=8443):
        self.body = body.encode("utf-8")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.listener = socket.create_server((address, port))
        self.kept = []
        self.server = threading.Thread(target=self._serve, daemon=True)
        self.server.start()

    def _serve(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            connection = self.context.wrap_socket(plain, server_side=True)
            self.kept.append(connection)
            connection.recv(16_384)
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(self.body)}\r\n\r\n"
            answer = head.encode("ascii") + self.body
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
            for start in range(0, len(answer), 10_000):
                connection.sendall(answer[start:start + 10_000])
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

    def stop(self):
        """Takes no more connections, and ends those that it has."""
        # Closing alone would leave the address with the thread that waits there.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.server.join()
        self.listener.close()
        for connection in self.kept:
            connection.close()


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
