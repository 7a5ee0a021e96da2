"""The firmware under test: `tipring run` with a configuration that the lab writes."""

import os
import signal
import subprocess
import tempfile

from . import kamailio, process, run as run_module

SIMULATED_ARCHITECTURES = {
    "arm64": ("qemu-aarch64-static", "aarch64-linux-gnu"),
    "armv7": ("qemu-arm-static", "arm-linux-gnueabihf")}


def host_binary(name):
    """A program of the host build."""
    return os.path.join(run_module.BUILD, "debug", name)


def phone_binary():
    """The analog telephone, optimized: late answers of a telephone are gaps in its speech."""
    return os.path.join(run_module.BUILD, "release", "analog-phone")


def launcher(architecture):
    """The words that start the firmware of an architecture."""
    if architecture == "host":
        return [host_binary("tipring")]
    binary = os.path.join(run_module.BUILD, "firmware", f"{architecture}-simulator", "tipring")
    if architecture == "x86_64":
        return [binary]
    sysroot = os.path.join(run_module.BUILD, "sysroot", architecture)
    simulator, triple = SIMULATED_ARCHITECTURES[architecture]
    # The loader of armhf asks for its libraries in a way that -L does not lead into the sysroot.
    libraries = ":".join(f"{sysroot}/{folder}/{triple}" for folder in ("lib", "usr/lib"))
    return [simulator, "-L", sysroot, "-E", f"LD_LIBRARY_PATH={libraries}", binary]


class Box:
    """One firmware process with `numbers` on its ports, registered at the lab's SBC."""

    def __init__(self, run, numbers=("6001", "6002"), settings=(), architecture="host",
                 server=None, name="tipring", environment=None, local=None):
        self.run = run
        self.numbers = list(numbers)
        self.name = name
        self.settings = list(settings)
        self.architecture = architecture
        self.environment = environment
        self.server = server or run.network.sbc
        #: What `sip local` says.
        self.local = local or run.network.box
        # A Unix socket path is short (108 bytes), a run's folder may not be.
        self.sockets = tempfile.TemporaryDirectory(prefix="tipring-lab-")
        self.console = os.path.join(self.sockets.name, "console")
        self.configuration = run.path(name + ".conf")
        self.program = None

    def line_socket(self, port):
        """The socket of a port, from 1."""
        return os.path.join(self.sockets.name, f"line{port}")

    def text(self):
        """The configuration."""
        lines = [
            "hostname lab", "country cn", f"sip server {self.server}",
            f"sip local {self.local}", f"sip domain {kamailio.REALM}",
            "digit-map (6xxx|7xxx|[0-589]x.T|[0-589]x.#)", f"console socket {self.console}"]
        for index, number in enumerate(self.numbers, 1):
            lines += [
                f"port {index} enable", f"port {index} number {number}",
                f"port {index} password {kamailio.password_of(number)}",
                f"port {index} line simulator {self.line_socket(index)}"]
        return "\n".join(lines + self.settings) + "\n"

    def start(self):
        """Writes the configuration and starts the process."""
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write(self.text())
        return self.restart()

    def restart(self):
        """Starts the process with what is stored."""
        self.program = process.Program(
            self.name,
            [*self.run.network.box_side, *launcher(self.architecture), "run", "--config",
             self.configuration], self.run.folder, self.environment)
        process.wait_until(self._is_up, 10, f"{self.name}'s console socket")
        return self

    def _is_up(self):
        if not self.program.is_running:
            raise process.LabError(
                f"{self.name} ended at once with {self.program.wait_exit(1)}:\n  "
                + "\n  ".join(line.text for line in self.program.lines[-10:]))
        return os.path.exists(self.console)

    def shell(self, command):
        """The answer of the console to one command."""
        done = subprocess.run(
            [*launcher(self.architecture), "shell", "--socket", self.console, command],
            capture_output=True, text=True, timeout=20, check=False)
        return done.stdout + done.stderr

    def dialogue(self, *lines):
        """What one console answers to several lines."""
        done = subprocess.run(
            [*launcher(self.architecture), "shell", "--socket", self.console],
            input="".join(line + "\n" for line in lines), capture_output=True, text=True,
            timeout=20, check=False)
        return done.stdout + done.stderr

    def memory_kib(self):
        """Proportional set size, KiB."""
        with open(f"/proc/{self.program.pid}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1])
        raise process.LabError("no Pss")

    def stop(self):
        """SIGTERM, as the init system does; returns the exit code."""
        code = None
        if self.program:
            if self.program.is_running:
                self.program.send_signal(signal.SIGTERM)
                try:
                    code = self.program.wait_exit(10)
                except process.LabError:
                    code = None
            self.program.stop(signal.SIGKILL)
        self.sockets.cleanup()
        return code
