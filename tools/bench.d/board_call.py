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

import long_call  # noqa: E402


def main():
    """Makes the call and prints the counters."""
    namespace.enter()
    process.own_children()
    minutes = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    place = scene.Scene("call", "qemu-virt")
    try:
        place.start()
        long_call.talk(place.phones, place.show, minutes)
        totals, card = place.show("media").strip().splitlines()[-2:]
    finally:
        place.stop()
    print(f"call of {minutes} minutes on the board, both directions: {totals}\n{card}")
    xruns = int(re.search(r"(\d+) ours", card).group(1))
    sys.exit(1 if xruns or long_call.blemishes(totals) else 0)


if __name__ == "__main__":
    main()
