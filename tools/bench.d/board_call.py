#!/usr/bin/env python3
"""A long call between the two ports of the booted board in QEMU, and what card and streams counted.

Started by `tools/bench board-call [MINUTES]`. Ends with status 1 when the card had an xrun that was
ours, or a frame was lost, made up or left out.
"""

import os
import re
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path[:0] = [os.path.join(TOP, "Tests", part) for part in ("Lab", "Board")]

from boardlab import namespace, scene  # noqa: E402
from lab import process  # noqa: E402

import meters  # noqa: E402

PERFECT = ("packets lost", "late", "refused", "from strangers", "frames concealed", "dropped",
           "periods missed")


def talk(place, minutes):
    """Port 1 calls port 2; both hang up after the time."""
    first, second = place.phones
    first.lift()
    first.wait("tone dial", 5)
    first.dial("6002")
    second.wait("ring", 8)
    second.lift()
    second.wait("feed forward", 5)
    for minute in range(minutes):
        meters.pass_time(60)
        print(f"  {minute + 1} of {minutes} minutes, PSS {place.memory_kib()} KiB", flush=True)
    print(place.show("media"))
    first.hang_up()
    second.hang_up()
    place.shell("until tipring shell show media | grep -q '2 ended streams'; do :; done")


def main():
    """Makes the call and prints the counters."""
    namespace.enter()
    process.own_children()
    minutes = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    place = scene.Scene("call", "qemu-virt")
    try:
        place.start()
        talk(place, minutes)
        totals, card = place.show("media").strip().splitlines()[-2:]
    finally:
        place.stop()
    print(f"call of {minutes} minutes on the board, both directions: {totals}\n{card}")
    counts = [int(re.search(rf"(\d+) {words}", totals).group(1)) for words in PERFECT]
    counts.append(int(re.search(r"(\d+) ours", card).group(1)))
    sys.exit(1 if any(counts) else 0)


if __name__ == "__main__":
    main()
