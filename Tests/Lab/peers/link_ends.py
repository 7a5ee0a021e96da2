"""Two networks with one cable between them, until the input ends: who carries SIP, and the box.

Prints `ends CARRIER BOX`, two processes whose networks others may enter. The end of the carrier is
called `carrier0` and has the addresses that the arguments name; that of the box is `voice`, and has
none.
"""

import os
import subprocess
import sys


def command(words):
    """Runs a command of the system."""
    subprocess.run(words.split(), check=True)


def box():
    """The network of the box, which shows its own interfaces below /sys; it ends with its input."""
    command("mount -t sysfs none /sys")
    command("ip link set lo up")
    print("ready", flush=True)
    sys.stdin.read()


def main():
    """Makes both networks."""
    if sys.argv[1:] == ["box"]:
        box()
        return
    command("ip link set lo up")
    with subprocess.Popen(
            ["unshare", "--net", "--mount", sys.executable, os.path.abspath(__file__), "box"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        command("ip link add carrier0 type veth peer name voice")
        command(f"ip link set voice netns {other.pid}")
        for address in sys.argv[1:]:
            command(f"ip address add {address} dev carrier0 nodad")
        command("ip link set carrier0 up")
        print(f"ends {os.getpid()} {other.pid}", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
