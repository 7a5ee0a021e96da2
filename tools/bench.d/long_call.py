#!/usr/bin/env python3
"""A long call between two ports through the SBC, and what its streams counted.

Started by `tools/bench long-call [MINUTES]`. Ends with status 1 when a frame was lost, made up or
left out.
"""

import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Tests",
                                "Lab"))
from lab import process, scene  # noqa: E402

import meters  # noqa: E402

#: What the network does to a stream, and what else may be wrong with it.
UNDELIVERED = ("packets lost", "late", "refused", "from strangers")
PERFECT = (*UNDELIVERED, "frames concealed", "dropped", "periods missed")


def talk(phones, show, minutes):
    """Port 1 calls port 2; both hang up after the time. `show` asks the box's console.

    Returns the moment at which port 1 was lifted.
    """
    first, second = phones
    lifted_at = time.monotonic()
    first.lift()
    first.wait("tone dial", 5)
    first.dial("6002")
    second.wait("ring", 8)
    second.lift()
    second.wait("feed forward", 5)
    for minute in range(minutes):
        meters.pass_time(60)
        print(f"  {minute + 1} of {minutes} minutes", flush=True)
    print(show("media"))
    first.hang_up()
    second.hang_up()
    process.wait_until(
        lambda: "2 ended streams" in show("media"), 5, "both streams to end")
    return lifted_at


def blemishes(totals, kinds=PERFECT):
    """How often the streams together were not perfect."""
    return sum(int(re.search(rf"(\d+) {words}", totals).group(1)) for words in kinds)


def main():
    """Makes the call and prints the counters of both streams together."""
    process.own_children()
    minutes = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    place = scene.Scene("long-call", architecture="x86_64")
    try:
        place.start()
        talk(place.phones, lambda what: place.box.shell(f"show {what}"), minutes)
        totals = place.box.shell("show media").strip().splitlines()[-1]
    finally:
        place.stop()
    print(f"call of {minutes} minutes, both directions: {totals}")
    sys.exit(1 if blemishes(totals) else 0)


if __name__ == "__main__":
    main()
