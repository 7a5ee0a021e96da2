"""The tree: its top, its words, its lengths, its pages."""

import json
import os
import re
import subprocess
import tempfile
import unittest

import rules
import tree


def found(expressions, paths):
    """`path:line: text` wherever one of the expressions is seen."""
    compiled = [re.compile(expression) for expression in expressions]
    hits = []
    for path in paths:
        for number, line in enumerate((tree.text(path) or "").splitlines(), 1):
            if any(expression.search(line) for expression in compiled):
                hits.append(f"{path}:{number}: {line.strip()}")
    return hits


def long_times(content):
    """The lines that make an Int of a time that it need not hold."""
    return [line for line, argument in tree.arguments("Int", content)
            if re.search(rules.TIME_IN_UNITS, argument)
            and not re.search(rules.TIME_IS_SMALL, argument)]


class Tree(unittest.TestCase):
    """Rules over all files."""

    @classmethod
    def setUpClass(cls):
        cls.files = tree.files()
        cls.sources = [path for path in cls.files if tree.is_source(path, rules)]

    def assert_none(self, hits):
        """Fails with one line a hit."""
        self.assertEqual(hits, [], "\n" + "\n".join(str(hit) for hit in hits))

    def test_top_level_is_fixed(self):
        seen = {path.split("/")[0] for path in self.files}
        self.assert_none(sorted(
            name for name in seen - rules.TOP_LEVEL if not name.startswith(".")))

    def test_something_is_read(self):
        self.assertGreater(len(self.sources), 100)

    def test_no_banned_words(self):
        pages = [path for path in self.sources if not path.endswith(".md")]
        self.assert_none(found(rules.BANNED_WORDS, pages))

    def test_no_machine_paths(self):
        self.assert_none(found(rules.MACHINE_PATHS, self.sources + [
            path for path in self.files if path.endswith(".md")]))

    def test_no_registry_hosts(self):
        self.assert_none(found(rules.REGISTRY_HOSTS, self.sources))

    def test_no_long_lines(self):
        hits = []
        for path in self.sources:
            # Swift's own formatter looks after Swift.
            if not path.endswith((".swift", ".md", ".xml", ".conf", ".h", ".c")):
                hits += [f"{path}:{number}" for number, line in enumerate(
                    (tree.text(path) or "").splitlines(), 1) if len(line) > 100]
        self.assert_none(hits)

    def test_files_are_short(self):
        hits = []
        for path in self.sources:
            count = len((tree.text(path) or "").splitlines())
            if count > rules.MOST_FILE_LINES and path not in rules.LENGTH_EXCEPTIONS:
                hits.append(f"{path}: {count} lines")
        self.assert_none(hits)

    def test_functions_are_short(self):
        hits, count = [], 0
        for path in self.sources:
            if path.endswith((".md", ".cfg", ".conf", ".xml", ".c", ".h")):
                continue
            for name, length in tree.functions(path, tree.text(path)):
                count += 1
                if (length > rules.MOST_FUNCTION_LINES
                        and f"{path}:{name}" not in rules.LENGTH_EXCEPTIONS):
                    hits.append(f"{path}: {name} has {length} lines")
        self.assertGreater(count, 100)
        self.assert_none(hits)

    def test_exceptions_are_needed(self):
        gone = [name for name in rules.LENGTH_EXCEPTIONS
                if name.split(":")[0] not in self.files]
        gone += [name for name in rules.TIME_EXCEPTIONS
                 if name not in self.files or not long_times(tree.text(name))]
        self.assert_none(gone)

    def test_no_long_time_is_an_int(self):
        hits = []
        for path in self.files:
            if not re.fullmatch(r"Sources/.*\.swift", path) or path in rules.TIME_EXCEPTIONS:
                continue
            hits += [f"{path}:{line}" for line in long_times(tree.text(path))]
        self.assert_none(hits)

    def test_long_times_are_seen(self):
        for line, is_long in (
                ("Int(time.inNanoseconds / 1_000)", True),
                ("Int(\n  max(0, (a - b).inMilliseconds))", True),
                ("Int((now - then).inMilliseconds) / 10", True),
                ("f(Int(at.nanoseconds), g(h))", True),
                ("Int(time.inNanoseconds % 1_000_000)", False),
                ("Int(clamping: time.inMilliseconds)", False),
                ("Int(min(time.inMilliseconds, Self.longest))", False),
                ("Int64(time.inNanoseconds)", False), ("CInt(time.inMilliseconds)", False),
                ("Int(count) + time.inMilliseconds", False)):
            self.assertEqual(bool(long_times(line)), is_long, line)

    def test_every_folder_has_its_page(self):
        folders = {os.path.dirname(path) for path in self.files}
        hits = []
        for folder in sorted(folders):
            parts = folder.split("/")
            if len(parts) < 2 or parts[0] not in ("Sources", "Tests", "tools", "board"):
                continue
            # A folder inside a target's folder is described by the target's page.
            folder = "/".join(parts[:2])
            if (folder + "/").startswith(rules.README_EXCEPTIONS) or folder == "tools/lib":
                continue
            if f"{folder}/README.md" not in self.files:
                hits.append(folder)
        self.assert_none(sorted(set(hits)))

    def test_pages_name_their_files(self):
        hits = []
        for path in self.files:
            if not re.fullmatch(r"Sources/\w+/[\w+]+\.swift", path):
                continue
            page = tree.text(os.path.dirname(path) + "/README.md") or ""
            name = os.path.basename(path)
            if name not in page and name.split("+")[0].removesuffix(".swift") not in page:
                hits.append(path)
        self.assert_none(hits)


class PublicDeclarations(unittest.TestCase):
    """Every public declaration says what it is."""

    def test_all_are_documented(self):
        configuration = {
            "version": 1, "lineLength": 1000,
            "rules": {"AllPublicDeclarationsHaveDocumentation": True}}
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(configuration, file)
            file.flush()
            done = subprocess.run(
                ["swift", "format", "lint", "-r", "--configuration", file.name, "Sources"],
                cwd=tree.TOP, capture_output=True, text=True, check=False)
        hits = [line for line in done.stderr.splitlines()
                if "AllPublicDeclarationsHaveDocumentation" in line]
        self.assertEqual(hits, [], "\n" + "\n".join(hits))


if __name__ == "__main__":
    unittest.main()
