#!/usr/bin/env python3
"""Floods of SIP while a call runs: what the call loses, what memory it takes, how soon all is well.

Started by `tools/bench flood [SECONDS]`. Ends with status 1 when the call lost anything, when the
box takes longer than a second to answer afterwards, or when memory grows by more than a full table
of transactions needs, or with every further flood.
"""

import json
import multiprocessing
import os
import random
import socket
import sys
import time

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(TOP, "Tests", "Lab"))
from lab import process, run as run_module, scene  # noqa: E402

import long_call  # noqa: E402
import meters  # noqa: E402

PER_SECOND = 20_000
#: Datagrams between two looks at the clock.
PIECE = 20
SERVICE_LIMIT = 1.0
#: 192 transactions with their messages, and what the allocator keeps of them.
GROWTH_LIMIT_KIB = 1024
FURTHER_GROWTH = 1.05
OFFER = (
    "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 8\r\n")


def invite(host, number):
    """A call that an honest SBC could send."""
    return (
        f"INVITE sip:6002@lab.example SIP/2.0\r\nVia: SIP/2.0/UDP {host}:5070;rport"
        f";branch=z9hG4bK{number:x}\r\nMax-Forwards: 69\r\nFrom: <sip:{number}@lab.example>;tag=1"
        f"\r\nTo: <sip:6002@lab.example>\r\nCall-ID: {number:x}@{host}\r\nCSeq: 1 INVITE\r\n"
        f"Contact: <sip:x@{host}:5070>\r\nContent-Type: application/sdp\r\n"
        f"Content-Length: {len(OFFER)}\r\n\r\n{OFFER}").encode()


def garbage(_, number):
    """Bytes of no meaning."""
    return random.Random(number).randbytes(400)


def flood(box, host, make, seconds, sent):
    """Sends as many datagrams a second as the flood has, evenly."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as source:
        source.bind((host, 5070))
        source.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        ready = [make(host, number) for number in range(4 * PER_SECOND)]
        began, count, clock = time.monotonic(), 0, multiprocessing.Event()
        while (now := time.monotonic() - began) < seconds:
            while count < now * PER_SECOND:
                for _ in range(PIECE):
                    source.sendto(ready[count % len(ready)], (box, 5060))
                    count += 1
            clock.wait(0.001)
        sent.value = count


def answer_time(box, host):
    """How long after now an OPTIONS of the SBC is answered, in seconds."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as source:
        source.bind((host, 5071))
        source.settimeout(0.02)
        began = time.monotonic()
        while time.monotonic() - began < 30:
            number = random.getrandbits(64)
            source.sendto(
                invite(host, number).replace(b"INVITE", b"OPTIONS").replace(b":5070", b":5071"),
                (box, 5060))
            try:
                if b" 200 " in source.recv(4096)[:16]:
                    return time.monotonic() - began
            except TimeoutError:
                continue
    raise process.LabError("no answer within 30 s")


def measure(place, name, host, make, seconds):
    """One flood; returns its row."""
    box, pid = place.network.box, place.box.program.pid
    sent = multiprocessing.Value("q", 0)
    before = meters.cpu_ns(pid)
    sender = multiprocessing.Process(target=flood, args=(box, host, make, seconds, sent))
    began = time.monotonic()
    sender.start()
    sender.join()
    row = {"rate": round(sent.value / seconds), "cpu": (meters.cpu_ns(pid) - before) / 1e9}
    row["cpu"] = round(row["cpu"] / (time.monotonic() - began), 3)
    row["answer_ms"] = round(answer_time(box, place.network.sbc) * 1000, 1)
    row["pss_kib"] = place.box.memory_kib()
    print(f"  {name:<34}{row['rate']:>10}{row['cpu']:>10}{row['answer_ms']:>12}"
          f"{row['pss_kib']:>10}", flush=True)
    return row


def main():
    """The call, the floods, the table."""
    process.own_children()
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    place = scene.Scene("flood", architecture="x86_64")
    try:
        place.start()
        first, second = place.phones
        first.lift()
        first.wait("tone dial", 5)
        first.dial("6002")
        second.wait("ring", 8)
        second.lift()
        second.wait("feed forward", 5)
        meters.pass_time(3)
        idle = place.box.memory_kib()
        print(f"a call runs; {idle} KiB\n  {'flood':<34}{'sent/s':>10}{'CPUs':>10}"
              f"{'answers ms':>12}{'PSS KiB':>10}")
        network = place.network
        rows = {name: measure(place, name, host, make, seconds) for name, host, make in (
            ("calls from the SBC's address", network.sbc, invite),
            ("garbage from the SBC's address", network.sbc, garbage),
            ("calls from a stranger", network.stranger, invite),
            ("garbage from a stranger", network.stranger, garbage))}
        first.hang_up()
        second.hang_up()
        process.wait_until(
            lambda: "2 ended streams" in place.box.shell("show media"), 5, "both streams to end")
        totals = place.box.shell("show media").strip().splitlines()[-1]
        print(place.box.shell("show counters"))
    finally:
        place.stop()
    print(f"the call: {totals}")
    folder = os.path.join(run_module.BUILD, "bench")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "flood.json"), "w", encoding="utf-8") as file:
        json.dump({"idle_kib": idle, "totals": totals, "floods": rows}, file, indent=2)
    sizes = [row["pss_kib"] for row in rows.values()]
    is_bounded = (max(sizes) <= idle + GROWTH_LIMIT_KIB
                  and max(sizes) <= sizes[0] * FURTHER_GROWTH)
    is_back = all(row["answer_ms"] <= SERVICE_LIMIT * 1000 for row in rows.values())
    sys.exit(0 if is_bounded and is_back and not long_call.blemishes(totals) else 1)


if __name__ == "__main__":
    main()
