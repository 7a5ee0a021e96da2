"""The files of the tree, as git knows them."""

import os
import re
import subprocess

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))


def files():
    """Every file that is, or is about to be, in the repository; paths from the top."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=TOP,
        capture_output=True, text=True, check=True)
    return sorted(
        path for path in set(done.stdout.splitlines()) if os.path.isfile(os.path.join(TOP, path)))


def text(path):
    """A file's text, or None if it is not text."""
    with open(os.path.join(TOP, path), "rb") as file:
        data = file.read()
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def is_source(path, rules):
    """Whether the rules about words and lengths apply."""
    if not path.startswith(rules.SOURCE_FOLDERS) or path.startswith(rules.UNREAD):
        return False
    if path.endswith(rules.SOURCE_SUFFIXES):
        return True
    content = text(path)
    return bool(content) and content.startswith("#!")


SWIFT_FUNCTION = re.compile(r"^(\s*)(?:[@\w()]+ )*(?:func\s+([\w+\-*/<>=!~&|^%]+)|(init|deinit)\b)")
PYTHON_FUNCTION = re.compile(r"^(\s*)(?:async )?def (\w+)")
SHELL_FUNCTION = re.compile(r"^(\s*)(\w[\w-]*)\(\) [{(]")


def functions(path, content):
    """(name, lines) of every function; a function ends at the next line of its own indentation."""
    lines = content.splitlines()
    if path.endswith(".swift"):
        expression, closing = SWIFT_FUNCTION, "}"
    elif path.endswith(".py") or "python3" in lines[0]:
        expression, closing = PYTHON_FUNCTION, None
    else:
        expression, closing = SHELL_FUNCTION, "}"
    for number, line in enumerate(lines):
        found = expression.match(line)
        if not found:
            continue
        name = next(word for word in found.groups()[1:] if word)
        yield name, _length(lines, number, len(found.group(1)), closing)


def arguments(name, content):
    """(line, argument) of every call of `name`, over lines; a call without an end has none."""
    for found in re.finditer(rf"\b{re.escape(name)}\(", content):
        depth = 1
        for place in range(found.end(), len(content)):
            depth += {"(": 1, ")": -1}.get(content[place], 0)
            if depth == 0:
                yield content.count("\n", 0, found.start()) + 1, content[found.end():place]
                break


def _length(lines, first, indentation, closing):
    head = lines[first].rstrip()
    if closing and head.endswith(("}", ")")) and head.count("{") == head.count("}"):
        return 1
    last = first
    for number in range(first + 1, len(lines)):
        line = lines[number]
        if not line.strip():
            continue
        depth = len(line) - len(line.lstrip())
        if closing and depth == indentation and line.strip().startswith(closing):
            return number - first + 1
        if depth < indentation or (closing is None and depth <= indentation
                                   and not line.strip().startswith(")")):
            break
        last = number
    return last - first + 1
