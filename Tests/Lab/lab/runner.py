"""Runs tests with one line each; the last line is `N passed, N failed`."""

import argparse
import sys
import time
import unittest

from . import process


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


def run(folder, names):
    """Runs the tests of a folder; exit status 1 if anything failed or nothing was there."""
    process.own_children()
    suite = unittest.TestSuite(
        chosen(unittest.defaultTestLoader.discover(folder, "test_*.py"), names))
    result = unittest.TextTestRunner(
        stream=sys.stdout, resultclass=Progress, verbosity=0).run(suite)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed - len(result.skipped)} passed, {failed} failed")
    sys.exit(1 if failed or not result.testsRun else 0)
