"""Runs a program in a network of its own with two interfaces, and says by which DNS is asked.

The first argument is the address of the DNS server, the others are the program. `voice` has a
network of its own; everything else, the DNS server's network too, would go by `other` if the
routing tables were asked.
"""

import os
import select
import socket
import subprocess
import sys

INTERFACES = ("voice", "other")
DNS_PORT = 53
UDP = 17


def command(words):
    """Runs a command of the system."""
    subprocess.run(words.split(), check=True)


def set_up():
    """Both interfaces, each with a far end that answers nothing."""
    # The interfaces of this network are seen below /sys only when that is mounted anew.
    command("mount -t sysfs none /sys")
    command("ip link set lo up")
    for name in INTERFACES:
        command(f"ip link add {name} type veth peer name {name}-far")
        command(f"ip link set {name}-far up")
    command("ip link set other up")
    command("ip address add 10.78.0.1/24 dev other")
    command("ip route add default via 10.78.0.2")
    # Nobody answers ARP here, and nothing would be sent without a hardware address.
    for name, router in (("voice", "10.77.0.254"), ("other", "10.78.0.2")):
        command(f"ip neighbour add {router} lladdr 02:00:00:00:00:01 dev {name}")


def question(packet, server):
    """Whether an Ethernet frame carries a datagram to the DNS server."""
    ip = packet[14:]
    if len(ip) < 28 or packet[12:14] != b"\x08\x00" or ip[9] != UDP:
        return False
    return socket.inet_ntoa(ip[16:20]) == server and ip[22:24] == DNS_PORT.to_bytes(2, "big")


def main():
    """Prints `NAME` for every question that arrives at the far end of an interface."""
    server, program = sys.argv[1], sys.argv[2:]
    set_up()
    taps = {}
    for name in INTERFACES:
        tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        tap.bind((f"{name}-far", 0))
        taps[tap] = name
    child = subprocess.Popen(program)
    try:
        while child.poll() is None:
            for tap in select.select(list(taps), [], [], 0.2)[0]:
                if question(tap.recv(2048), server):
                    print(f"question by {taps[tap]}", flush=True)
    finally:
        child.kill()
        os.waitpid(-1, os.WNOHANG)


if __name__ == "__main__":
    main()
