"""The targets: who imports whom, and that the pure ones never meet the kernel."""

import glob
import os
import re
import subprocess
import unittest

import rules
import tree

IMPORT = re.compile(
    r"^\s*(?:@\w+\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?import\s+"
    r"(?:struct\s+|func\s+|enum\s+)?(\w+)", re.MULTILINE)
PART = re.compile(r'part\(\s*"(\w+)"(?:,\s*\[(.*?)\])?\s*\)', re.DOTALL)
ENTRY = re.compile(r'name: "tipring",\s*dependencies: \[(.*?)\]', re.DOTALL)


def declared():
    """Package.swift's own graph of the firmware's targets."""
    package = tree.text("Package.swift")
    graph = {name: set(re.findall(r'"(\w+)"', below)) for name, below in PART.findall(package)}
    entry = ENTRY.search(package.split(".executableTarget(", 1)[1])
    graph["tipring"] = set(re.findall(r'"(\w+)"', entry.group(1)))
    return graph


def objects_of(target):
    """The object files of a target: of the boards' build if there is one, and of the host's."""
    build = os.path.join(tree.TOP, ".build")
    patterns = [
        os.path.join(build, "firmware", "*", "build", "*", "release", f"{target}.build", "**",
                     "*.o"),
        os.path.join(build, "debug", f"{target}.build", "**", "*.o")]
    return [path for pattern in patterns for path in glob.glob(pattern, recursive=True)]


def undefined(path):
    """The symbols that an object wants from elsewhere."""
    done = subprocess.run(["llvm-nm", "--undefined-only", "--format=just-symbols", path],
                          capture_output=True, text=True, check=True)
    return done.stdout.split()


def below(target):
    """Everything that a target may reach by imports."""
    direct = rules.GRAPH.get(target, set())
    return direct.union(*(below(name) for name in direct)) if direct else direct


def is_allowed(symbol, target):
    """Whether a pure target may want a symbol."""
    if symbol.startswith(rules.PURE_SWIFT_FORBIDDEN):
        return False
    if symbol.startswith(("$s", "$e", "symbolic", "get_type_metadata")):
        return True
    if symbol in rules.PURE_C_SYMBOLS or symbol.startswith(rules.PURE_C_PREFIXES):
        return True
    # Embedded Swift compiles generic and inlined code of the targets below into the user.
    shims = [prefix for shim, prefix in rules.SHIM_PREFIXES.items() if shim in below(target)]
    return bool(shims) and symbol.startswith(tuple(shims))


class Graph(unittest.TestCase):
    """Imports only go down."""

    def test_package_says_the_same(self):
        alone = ("AnalogPhone", "ParseBench")
        expected = {name: below for name, below in rules.GRAPH.items() if name not in alone}
        seen = {name: below for name, below in declared().items() if name in expected}
        self.assertEqual(seen, expected)

    def test_every_target_has_its_row(self):
        folders = {path.split("/")[1] for path in tree.files()
                   if path.startswith("Sources/") and path.endswith(".swift")}
        self.assertEqual(folders - set(rules.GRAPH), set())

    def test_imports(self):
        hits = []
        for path in tree.files():
            if not (path.startswith("Sources/") and path.endswith(".swift")):
                continue
            target = path.split("/")[1]
            allowed = (rules.GRAPH.get(target, set()) | rules.COMPILER_MODULES
                       | rules.EXTRA_MODULES.get(target, set()))
            hits += [f"{path}: {name}" for name in IMPORT.findall(tree.text(path))
                     if name not in allowed]
        self.assertEqual(hits, [], "\n" + "\n".join(hits))

    def test_pure_targets_meet_no_kernel(self):
        hits, count = set(), 0
        for target in rules.PURE:
            for path in objects_of(target):
                count += 1
                hits |= {f"{target}: {symbol}" for symbol in undefined(path)
                         if not is_allowed(symbol, target)}
        if not count:
            self.skipTest("nothing is built yet: swift build, or tools/firmware arm64")
        self.assertEqual(sorted(hits), [], "\n" + "\n".join(sorted(hits)))


if __name__ == "__main__":
    unittest.main()
