"""What is measured: how each program is started, and how it answers a call."""

import glob
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from lab import box, kamailio, process, run as run_module

PORTS = 8
MODULES = ["g711", "account", "aubridge"]
BARESIP_CONFIG = """poll_method epoll
sip_listen {address}:5060
net_interface {address}
call_local_timeout 120
call_max_calls 20
audio_buffer 20-160
rtp_ports {first_port}-{last_port}
module_path /usr/lib/baresip/modules
module g711.so
module_tmp account.so
module aubridge.so
"""
# A sound device of its own a call: what the far party says is what it hears again.
ACCOUNT = (
    "<sip:{number}@{server};transport=udp>;auth_user={number};auth_pass={password};"
    "answermode={mode};audio_codecs=PCMA;ptime=20;regint=600;"
    "audio_source=aubridge,{number};audio_player=aubridge,{number}\n")


def stripped_bytes(paths):
    """The size of files after strip."""
    total = 0
    for path in paths:
        with tempfile.NamedTemporaryFile() as file:
            subprocess.run(["strip", "-o", file.name, os.path.realpath(path)], check=True)
            total += os.path.getsize(file.name)
    return total


class Baresip:
    """baresip as Debian has it: eight accounts, each with a virtual sound device of its own."""

    name = "baresip 1.0"
    numbers = [str(6001 + index) for index in range(PORTS)]

    def __init__(self, run, answers):
        self.run = run
        self.answers = answers
        self.program = None
        self.started_wall = 0.0

    @staticmethod
    def bytes():
        """The program, the modules that a call needs, its two own libraries."""
        libraries = [path for name in ("libre.so.*", "librem.so.*")
                     for path in glob.glob(f"/usr/lib/*/{name}") if not os.path.islink(path)]
        modules = [f"/usr/lib/baresip/modules/{name}.so" for name in MODULES]
        return stripped_bytes([shutil.which("baresip"), *modules, *libraries])

    def callees(self, calls):
        """The numbers that so many calls go to."""
        return self.numbers[:calls]

    def start(self):
        """Starts it; it registers by itself."""
        folder = self.run.path("baresip")
        os.makedirs(folder, exist_ok=True)
        address, server = self.run.network.box, self.run.network.sbc
        mode = "auto" if self.answers else "manual"
        files = {
            "config": BARESIP_CONFIG.format(address=address, first_port=21000, last_port=21200),
            "accounts": "".join(
                ACCOUNT.format(number=number, server=server, mode=mode,
                               password=kamailio.password_of(number)) for number in self.numbers),
            "contacts": ""}
        for name, text in files.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        self.started_wall = time.time()
        self.program = process.Program(
            "baresip-process", ["baresip", "-4", "-f", folder], self.run.folder)
        return self

    @property
    def pid(self):
        """Its process."""
        return self.program.pid

    def prepare(self, calls):
        """Nothing: it answers by itself."""

    def stop(self):
        """Ends it."""
        self.program.stop()


class SilentPhone:
    """A handset without a voice at a simulated line: it lifts when the line rings."""

    def __init__(self, path):
        self.connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.connection.connect(path)
        self.connection.send(b"line")
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self):
        while True:
            try:
                packet = self.connection.recv(256)
            except OSError:
                return
            if not packet:
                return
            if packet.strip() == b"feed ringing":
                self.connection.send(b"loop closed")

    def hang_up(self):
        """On hook again."""
        self.connection.send(b"loop open")

    def close(self):
        """Unplugged."""
        self.connection.close()


class Tipring:
    """Ours, as the Embedded release build for x86-64, with eight ports on simulated lines."""

    name = "tipring"

    def __init__(self, run, answers):
        self.run = run
        self.answers = answers
        self.phones = []
        self.started_wall = 0.0
        numbers = [str(6001 + index) for index in range(PORTS)]
        self.box = box.Box(run, numbers, architecture="x86_64")

    @staticmethod
    def is_built():
        """Whether tools/firmware x86_64 --simulator has been run."""
        return os.path.exists(box.launcher("x86_64")[0])

    @staticmethod
    def bytes():
        """The board's binary, without the simulated line."""
        return os.path.getsize(
            os.path.join(run_module.BUILD, "firmware", "x86_64", "tipring"))

    def callees(self, calls):
        """One number a port."""
        return self.box.numbers[:calls]

    def start(self):
        """Starts it; every port registers."""
        self.started_wall = time.time()
        self.box.start()
        return self

    @property
    def pid(self):
        """Its process."""
        return self.box.program.pid

    def prepare(self, calls):
        """A silent handset at so many ports."""
        if self.answers:
            self.phones = [
                SilentPhone(self.box.line_socket(port)) for port in range(1, calls + 1)]

    def stop(self):
        """Ends it and its handsets."""
        for phone in self.phones:
            phone.close()
        self.phones = []
        self.box.stop()


def peer_version():
    """baresip's own words."""
    done = subprocess.run(["baresip", "-h"], capture_output=True, text=True, check=False)
    found = re.search(r"baresip v(\S+)", done.stdout + done.stderr)
    return found.group(1) if found else "?"
