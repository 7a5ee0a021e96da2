"""One board in QEMU: its disk, its consoles, its monitors, its pins."""

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time

from lab import process, run as run_module, users as lab_users

from . import lines, monitor, sockets

sys.path.insert(0, os.path.join(run_module.TOP, "tools", "lib"))

import qemu_machine  # noqa: E402

SECTOR_BYTES = 512
DATA_PARTITION = 2
DATA_KIB = 8192

#: What every board is delivered with.
DELIVERED = "tipring"


def image_folder(board):
    """Where tools/image puts the board's image."""
    return os.path.join(run_module.BUILD, "image", board)


def partition_start(disk, number):
    """The first byte of a partition of a disk with a master boot record."""
    with open(disk, "rb") as file:
        record = file.read(SECTOR_BYTES)
    return struct.unpack_from("<I", record, 446 + 16 * (number - 1) + 8)[0] * SECTOR_BYTES


def provisioned_disk(run, board, configuration, name="disk.img", users=lab_users.FILE):
    """A copy of the image's disk whose writable partition holds a configuration and passwords."""
    disk = run.path(name)
    shutil.copyfile(os.path.join(image_folder(board), "disk.img"), disk)
    tree, part = run.path("data"), run.path("data.ext4")
    os.makedirs(os.path.join(tree, "tipring"), exist_ok=True)
    with open(os.path.join(tree, "tipring", "tipring.conf"), "w", encoding="utf-8") as file:
        file.write(configuration)
    if users:
        path = os.path.join(tree, "tipring", "tipring.conf.users")
        with open(path, "w", encoding="utf-8") as file:
            file.write(users)
    subprocess.run(
        ["/sbin/mke2fs", "-q", "-t", "ext4", "-b", "1024", "-J", "size=1", "-m", "0",
         "-O", "^metadata_csum,^64bit", "-E", "root_owner=0:0", "-d", tree, part,
         str(DATA_KIB)], check=True, stdout=subprocess.DEVNULL)
    with open(disk, "r+b") as file, open(part, "rb") as data:
        file.seek(partition_start(disk, DATA_PARTITION))
        shutil.copyfileobj(data, file)
    os.unlink(part)
    return disk


class Machine:
    """A board that boots; `wire` is the cable that its network card is plugged into."""

    def __init__(self, run, board, disk, wire=None, name="qemu"):
        self.run = run
        self.board = board
        self.name = name
        # A Unix socket path is short (108 bytes), a run's folder may not be.
        self._sockets = tempfile.TemporaryDirectory(prefix="tipring-board-")
        self.disk = disk
        self._wire = wire
        self.program = None
        self.started_at = 0.0

    def socket(self, name):
        """The path of one of the machine's sockets."""
        return os.path.join(self._sockets.name, name)

    def _words(self):
        words = qemu_machine.arguments(
            self.board, image_folder(self.board), f"{self.disk},format=raw,cache=writethrough",
            os.path.join(run_module.BUILD, "board-lab", self.board, "initrd"))
        words += ["-serial", f"unix:{self.socket('console')},server=on,wait=off",
                  *qemu_machine.laboratory(self._sockets.name)]
        if self._wire:
            words += self._wire.card()
        return words

    def start(self):
        """Starts it; returns when its consoles take connections."""
        if self._wire and os.path.exists(self._wire.guest_path):
            os.unlink(self._wire.guest_path)
        self.program = process.Program(
            self.name, [*process.real_time(), *self._words()], self.run.folder)
        self.started_at = time.monotonic()
        self.monitor = monitor.Monitor(self.socket("qmp"))
        self.qtest = sockets.QTest(self.socket("qtest"))
        self.console = sockets.Conversation(
            self.socket("console"), self.run.path(self.name + ".console"))
        self.shell = sockets.Shell(
            self.socket("shell"), self.run.path(self.name + ".shell"))
        self.lines = lines.Lines(
            self._sockets.name, self.qtest, self.monitor.path_of("pl061"), self.socket("sound"))
        return self

    def log_in(self, password=lab_users.PASSWORD, name="admin", seconds=30):
        """Logs in at the serial console; returns what stood before the shell's prompt."""
        self.console.wait_for("login: ", seconds)
        self.console.send(name + "\n")
        self.console.wait_for("Password: ", 10)
        self.console.send(password + "\n")
        return self.console.wait_for("> ", 10)[0]

    def log_in_first(self, password=lab_users.PASSWORD):
        """Logs in with the delivered password and gives the board another one."""
        self.console.wait_for("login: ", 30)
        self.console.send("admin\n")
        self.console.wait_for("Password: ", 10)
        self.console.send(DELIVERED + "\n")
        self.console.wait_for("new password: ", 10)
        self.console.send(password + "\n")
        self.console.wait_for("once more: ", 10)
        self.console.send(password + "\n")
        self.console.wait_for("the password of admin is changed", 10)
        self.console.wait_for("> ", 10)

    def set_cable(self, is_in):
        """Pulls the cable out of the network card, or puts it back."""
        self.monitor.do("set_link", name="uplink", up=is_in)

    def wait_reset(self, after, seconds):
        """Waits until the machine has started anew after a moment; returns when it did."""
        return self.monitor.wait_event("RESET", seconds, after)["at"]

    def stop(self):
        """Pulls the plug."""
        if not self.program:
            return
        # A start that failed half-way has opened some of them only.
        for name in ("lines", "monitor", "qtest", "console", "shell"):
            if hasattr(self, name):
                getattr(self, name).close()
        self.program.stop(number=9)
        self.program = None
        self._sockets.cleanup()
