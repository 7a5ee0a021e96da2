#!/usr/bin/env python3
"""Runs `swift test` with the given arguments, shows progress, ends with `N passed, N failed`.

Only what fails is printed whole; a line of progress appears at least every ten seconds.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

QUIET_SECONDS = 10.0
TROUBLE = re.compile(r"error:|✘|Fatal error|recorded an issue|unexpected signal|\*\*\*")


def counts(path):
    """(tests, failed) of one xunit report."""
    try:
        root = xml.etree.ElementTree.parse(path).getroot()
    except (OSError, xml.etree.ElementTree.ParseError):
        return 0, 0
    cases = list(root.iter("testcase"))
    failed = sum(1 for case in cases if case.find("failure") is not None)
    return len(cases), failed


def follow(process):
    """Shows what matters of the output while it comes; returns the last lines."""
    shown, last, tail = time.monotonic(), "", []
    for line in process.stdout:
        line = line.rstrip()
        tail = tail[-60:] + [line]
        if TROUBLE.search(line):
            print(line, flush=True)
        last = line if re.match(r"^\[\d+/\d+\]", line) or "started" in line else last
        if time.monotonic() - shown > QUIET_SECONDS:
            print(f"  … {last[:90]}", flush=True)
            shown = time.monotonic()
    return tail


def main():
    """The exit status is 1 when anything failed or nothing ran."""
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.xml")
        with subprocess.Popen(
                ["swift", "test", "--xunit-output", report, *sys.argv[1:]],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                errors="replace") as process:
            tail = follow(process)
        ran, failed = counts(os.path.join(folder, "report-swift-testing.xml"))
    if process.returncode != 0 and not failed:
        print("\n".join(tail))
        failed = 1
        ran += 1
    print(f"{ran - failed} passed, {failed} failed")
    sys.exit(1 if failed or not ran else 0)


if __name__ == "__main__":
    main()
