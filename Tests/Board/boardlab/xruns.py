"""The xruns in a booted board's log, each laid beside what the host did at that moment."""

import calendar
import re
import time

STAMP = r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.(\d{6})"
XRUN = re.compile(
    STAMP + r"  card \d+: (capture|playback) .*\("
    r"(?:(?P<work>\d+) us of work, then (?P<away>\d+) us without"
    r"|(?P<before>\d+) us without work, then (?P<within>\d+) us of it)\)")
LOOP = re.compile(STAMP + r"  port 1: loop closed")
#: Work of a period and longer is work that took too long, in seconds.
PERIOD = 0.010
#: The clocks are laid beside each other by a hook that the board debounces, in seconds.
DEBOUNCE = 0.010
CLOCK_ERROR = 0.010


class Xrun:
    """One xrun: when it was seen, on the guest's clock, and what went before it, in seconds."""

    def __init__(self, found):
        self.at = _seconds(found)
        self.kind = found.group(3)
        self.is_within_work = found["within"] is not None
        self.work = int(found["work"] or found["within"]) / 1e6
        self.away = int(found["away"] or found["before"]) / 1e6


def _seconds(found):
    whole = calendar.timegm(time.strptime(found.group(1), "%Y-%m-%d %H:%M:%S"))
    return whole + int(found.group(2)) / 1e6


def clock_offset(log, lifted_at):
    """The guest's clock less ours, from a handset that was lifted at a moment of ours."""
    found = LOOP.search(log)
    return _seconds(found) - DEBOUNCE - lifted_at


def read(log):
    """The xruns that the log tells of."""
    return [Xrun(found) for found in XRUN.finditer(log)]


def judge(xruns, offset, watch):
    """Prints each xrun beside the host's stalls; returns how many are ours.

    Work that took too long is ours unless the host stood still for so long meanwhile that the rest
    was less than a period.
    """
    print(watch.words())
    ours = 0
    for xrun in xruns:
        end = xrun.at - offset - (0 if xrun.is_within_work else xrun.away)
        begin = end - xrun.work
        gone = begin - xrun.away if xrun.is_within_work else end
        work = watch.stalled(begin - CLOCK_ERROR, end + CLOCK_ERROR)
        away = watch.stalled(gone - CLOCK_ERROR, gone + xrun.away + CLOCK_ERROR)
        # Watchers without priority were kept waiting by our own load as well: no excuse then.
        is_ours = xrun.work - (work if watch.is_real_time else 0.0) >= PERIOD
        ours += is_ours
        print(f"  {begin:10.3f} s  {xrun.kind:8}  worked {xrun.work * 1000:5.1f} ms (host stood"
              f" still {work * 1000:5.1f}), away {xrun.away * 1000:6.1f} ms (host"
              f" {away * 1000:6.1f})"
              f"  {'OURS' if is_ours else ''}")
    if xruns:
        print(f"  any 60 ms: the host stood still for 2 ms or longer in "
              f"{watch.chance(0.06, 0.002) * 100:.1f} % of all")
    return ours
