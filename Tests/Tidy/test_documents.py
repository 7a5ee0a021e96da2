"""The table of documents: what it names is there, and what is done has a test."""

import os
import unittest

import tree

TABLE = os.path.join("Sources", "SIPAgent", "SIPAgent.docc", "Documents.md")


def rows():
    """The table's rows: document, duty, places, tests."""
    with open(os.path.join(tree.TOP, TABLE), encoding="utf-8") as file:
        for line in file:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if line.startswith("|") and len(cells) == 4 and cells[0] not in ("document", "---"):
                yield cells


def names(cell):
    """The file names of a cell."""
    return [name.strip() for name in cell.split(",") if name.strip()]


class Documents(unittest.TestCase):
    """No row names a file that is not there, and none that is done lacks a test."""

    def setUp(self):
        self.files = {os.path.basename(path) for path in tree.files()}

    def test_files_exist(self):
        missing = [
            f"{document}: {name}" for document, _, places, tests in rows()
            for name in names(places) + names(tests)
            if places not in ("open", "none") and name not in self.files]
        self.assertEqual(missing, [])

    def test_what_is_done_has_a_test(self):
        bare = [document for document, _, places, tests in rows()
                if places not in ("open", "none") and not tests]
        self.assertEqual(bare, [])

    def test_what_is_open_has_none(self):
        odd = [document for document, _, places, tests in rows()
               if places in ("open", "none") and tests]
        self.assertEqual(odd, [])


if __name__ == "__main__":
    unittest.main()
