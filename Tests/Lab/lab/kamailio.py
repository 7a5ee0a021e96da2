"""Kamailio as registrar, SBC and proxy, with faults that can be switched on while it runs."""

import hashlib
import os
import shutil
import subprocess

from . import process

PEERS = os.path.join(os.path.dirname(__file__), "..", "peers")
REALM = "lab.example"
DIGESTS = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


def password_of(user):
    """The password of a lab user."""
    return f"secret-{user}"


class Server:
    """One Kamailio process with the configuration at a path, ruled over its control socket."""

    #: Which file of `peers` it runs.
    configuration = ""
    #: MiB of shared and of each process's own memory.
    memory = (32, 4)

    def __init__(self, run, name, address):
        self.run = run
        self.name = name
        self.address = run.network.host(address)
        self.endpoint = f"{self.address}:5060"
        self._starts = 0
        self.program = None

    def definitions(self):
        """What `-A` tells the configuration, beside the address and the control socket."""
        return []

    def start(self):
        """Starts it and returns when it answers."""
        self._starts += 1
        name = self.name if self._starts == 1 else f"{self.name}-{self._starts}"
        # A Unix socket path is short (108 bytes), a run's folder may not be.
        self._control = f"/tmp/tipring-lab-{os.getpid()}-{self.name}.ctl"
        runtime = self.run.path(f"{name}.run")
        os.makedirs(runtime)
        words = [f'CONTROL="unix:{self._control}"', *self.definitions()]
        shared, private = self.memory
        self.program = process.Program(name, [
            *self.run.network.carrier_side, shutil.which("kamailio") or "/usr/sbin/kamailio", "-f",
            os.path.abspath(os.path.join(PEERS, self.configuration)),
            "-DD", "-E", "-w", self.run.folder, "-Y", runtime, "-P", self.run.path(f"{name}.pid"),
            "-m", str(shared), "-M", str(private),
            *(item for word in words for item in ("-A", word))], self.run.folder)
        process.wait_until(self._answers, 10, f"the control socket of {self.name}")
        return self

    def _answers(self):
        if not self.program.is_running:
            raise process.LabError(f"{self.name} ended at once: {self.program.log_path}")
        return os.path.exists(self._control) and self.rpc("core.version", check=False) is not None

    def rpc(self, *arguments, check=True):
        """What it answers to a command of RPC, or None if it refuses."""
        done = subprocess.run(
            ["kamcmd", "-s", f"unix:{self._control}", *arguments], capture_output=True, text=True,
            timeout=10, check=False)
        failed = done.returncode != 0 or done.stdout.startswith("error:")
        if failed and check:
            raise process.LabError(f"kamcmd {arguments}: {done.stdout}{done.stderr}")
        return None if failed else done.stdout

    def kill(self):
        """Ends it without a farewell, as a power cut does."""
        self.program.stop(number=9)
        self._forget()

    def stop(self):
        """Ends it."""
        self.program.stop()
        self._forget()

    def _forget(self):
        if os.path.exists(self._control):
            os.unlink(self._control)


class Kamailio(Server):
    """Registrar and SBC; `users` may register by their digest, `algorithm` is MD5 or SHA-256."""

    configuration = "sbc.cfg"

    def __init__(self, run, users, algorithm="MD5", name="kamailio",
                 nonce_seconds=30, address=None, streams=False, tls=None, lifetime=120,
                 outbound=False):
        super().__init__(run, name, address or run.network.sbc)
        #: Whether it registers flows (RFC 5626).
        self.outbound = outbound
        #: Whether it listens by TCP; `tls` is a certificate and its key for TLS at port 5061.
        self.streams = streams or tls is not None
        self.tls = tls
        #: After how many silent seconds it ends a connection.
        self.lifetime = lifetime
        #: Who carries the media, if anybody does; set before the start.
        self.relay = None
        self.users = list(users)
        self.algorithm = algorithm
        self.nonce_seconds = nonce_seconds

    def start(self):
        """Starts it and fills the table of users."""
        super().start()
        for user in self.users:
            self.add_user(user)
        return self

    def definitions(self):
        """Address, digest, transports and who carries the media."""
        words = [f"SBC_ADDRESS={self.address}", f'ALGORITHM="{self.algorithm}"',
                 f"NONCE_SECONDS={self.nonce_seconds}"]
        if self.streams:
            words += ["STREAMS", f"TCP_LIFETIME={self.lifetime}"]
        if self.outbound:
            words.append("OUTBOUND")
        if self.tls:
            certificate, key = self.tls
            words += [f'TLS_CERTIFICATE="{certificate}"', f'TLS_KEY="{key}"']
        if self.relay:
            words.append(f'RELAY="{self.relay.control}"')
        return words

    def add_user(self, user, password=None):
        """Lets a user in, by the hash of name, realm and password."""
        text = f"{user}:{REALM}:{password or password_of(user)}".encode()
        self.rpc("htable.sets", "users", f"s:{user}", DIGESTS[self.algorithm](text).hexdigest())

    def remove_user(self, user):
        """Forgets a user: it is refused from now on."""
        self.rpc("htable.delete", "users", f"s:{user}")

    def add_trunk(self, number, address, port=5060):
        """Sends calls to a number to an address, without any registration."""
        host = self.run.network.host(address)
        self.rpc("htable.sets", "trunks", f"s:{number}", f"s:sip:{host}:{port}")

    def add_bulk_number(self, number, trunk):
        """Gives a number to a trunk that registers for all of its numbers (RFC 6140)."""
        self.rpc("htable.sets", "bulk", f"s:{number}", f"s:{trunk}")

    def set_fault(self, name, value=1):
        """Switches a fault of `peers/sbc.cfg` on."""
        self.rpc("htable.seti", "mode", name, str(value))

    def set_relay_flags(self, flags):
        """What rtpengine is told of every call besides the profiles of its two sides."""
        self.rpc("htable.sets", "mode", "relayflags", f"s:{flags}")

    def clear_fault(self, name):
        """Switches a fault off."""
        self.rpc("htable.delete", "mode", name)

    def binding(self, user):
        """The contact at which a user is registered, or None."""
        return self.binding_field(user, "Address")

    def binding_field(self, user, name):
        """A field of a user's binding as Kamailio lists it, or None."""
        text = self.rpc("ul.lookup", "location", f"s:{user}", check=False)
        for line in (text or "").splitlines():
            if line.strip().startswith(name + ":"):
                return line.split(":", 1)[1].strip()
        return None

    def forget_binding(self, user):
        """Forgets where a user is, as a registrar does that was started again."""
        if self.binding(user):
            self.rpc("ul.rm", "location", f"s:{user}")

    def wait_registered(self, user, seconds=10):
        """Waits for a binding and returns it."""
        return process.wait_until(
            lambda: self.binding(user), seconds, f"registration of {user}")

    def wait_unregistered(self, user, seconds=10):
        """Waits until a user has no binding."""
        process.wait_until(
            lambda: self.binding(user) is None, seconds, f"de-registration of {user}")
