#!/usr/bin/env python3
"""A long call between the two ports of the booted board in QEMU, and what card and streams counted.

Started by `tools/bench board-call [MINUTES]`. Each xrun stands beside what the host did meanwhile:
a guest cannot tell its own long work from a processor that was not there. Ends with status 1 when
an xrun was ours, a packet was lost, or, without an xrun, a frame was made up or left out.
"""

import os
import re
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path[:0] = [os.path.join(TOP, "Tests", part) for part in ("Lab", "Board")]

from boardlab import namespace, scene, xruns  # noqa: E402
from lab import host_watch, process  # noqa: E402

import long_call  # noqa: E402


def main():
    """Makes the call and prints the counters."""
    namespace.enter()
    process.own_children()
    minutes = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    place = scene.Scene("call", "qemu-virt")
    try:
        place.start()
        watch = host_watch.HostWatch()
        lifted_at = long_call.talk(place.phones, place.show, minutes)
        totals, card = place.show("media").strip().splitlines()[-2:]
        watch.stop()
        log = place.show("log")
    finally:
        place.stop()
    print(f"call of {minutes} minutes on the board, both directions: {totals}\n{card}")
    found = xruns.read(log)
    ours = xruns.judge(found, xruns.clock_offset(log, lifted_at), watch)
    counted = sum(int(re.search(rf"(\d+) {kind}", card)[1]) for kind in ("capture", "playback"))
    if counted != len(found):
        print(f"the log tells of {len(found)} xruns, the card counted {counted}")
    # The host takes whole periods away, which are concealed; without that nothing may be.
    kinds = long_call.UNDELIVERED if found else long_call.PERFECT
    sys.exit(1 if ours or counted != len(found) or long_call.blemishes(totals, kinds) else 0)


if __name__ == "__main__":
    main()
