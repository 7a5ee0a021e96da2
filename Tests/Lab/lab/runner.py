"""Runs tests with one line each; the last line is `N passed, N failed`."""

import argparse
import sys
import time
import unittest

from . import host_watch, process

#: A period of the card: a machine that stood still for so long can break a test, in seconds.
STOOD_STILL = 0.010


class Progress(unittest.TextTestResult):
    """One line a test, with its time."""

    def startTest(self, test):
        unittest.TestResult.startTest(self, test)
        self._began = time.monotonic()
        self.stream.write(f"{test.id()} … ")
        self.stream.flush()

    def _end(self, word):
        self.stream.writeln(f"{word} ({time.monotonic() - self._began:.1f} s)")

    def addSuccess(self, test):
        unittest.TestResult.addSuccess(self, test)
        self._end("passed")

    def addFailure(self, test, err):
        unittest.TestResult.addFailure(self, test, err)
        self._end("FAILED")

    def addError(self, test, err):
        unittest.TestResult.addError(self, test, err)
        self._end("FAILED")

    def addSkip(self, test, reason):
        unittest.TestResult.addSkip(self, test, reason)
        self._end(f"skipped: {reason}")


class Watched(unittest.TestSuite):
    """Tests of an emulator, which has no time of its own: each runs under a watch of the machine.

    One that failed while the machine provably stood still runs once more, which is printed; then
    its result counts, whatever the machine does.
    """

    def run(self, result, debug=False):
        for test in self:
            trial = Progress(result.stream, False, 0)
            watch = host_watch.HostWatch()
            test.run(trial)
            watch.stop()
            failed = trial.failures + trial.errors
            if failed and watch.is_real_time and watch.longest() >= STOOD_STILL:
                result.stream.writeln(f"{failed[0][1]}{watch.words()}: once more")
                test.run(result)
                continue
            for kind in ("failures", "errors", "skipped"):
                getattr(result, kind).extend(getattr(trial, kind))
            result.testsRun += trial.testsRun
        return result


def chosen(suite, names):
    """The tests of a suite whose name contains one of the names."""
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from chosen(item, names)
        elif not names or any(name in item.id() for name in names):
            yield item


def parser(words):
    """The command line that every runner of tests has."""
    made = argparse.ArgumentParser(description=words)
    made.add_argument("names", nargs="*", help="parts of the names of tests")
    return made


def run(folder, names, suite_class=unittest.TestSuite):
    """Runs the tests of a folder; exit status 1 if anything failed or nothing was there."""
    process.own_children()
    suite = suite_class(
        chosen(unittest.defaultTestLoader.discover(folder, "test_*.py"), names))
    result = unittest.TextTestRunner(
        stream=sys.stdout, resultclass=Progress, verbosity=0).run(suite)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed - len(result.skipped)} passed, {failed} failed")
    sys.exit(1 if failed or not result.testsRun else 0)
