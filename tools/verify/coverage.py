#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""coverage.py GCOVR.json EXCEPTIONS - holds what the tests did not reach of
src/ against the list of what they cannot reach.

The list is made of paragraphs. Lines that begin with # are comments.

    src/buf.c sluice__buf_reserve branch 2/6
    > if (b->failed || n > SIZE_MAX - b->n ||
    Why nothing can get there, in as many lines as it needs.

The first line names the file, the function and what was not reached: branch K
of N (in gcov's order) of the source line that the line with > repeats, or
`line`, the line with all its branches. More lines with > are lines that were not reached either,
with all their branches. No line numbers: code above may move.

Fails when anything else is not reached, and when what the list says was
reached, or is gone. With `write` behind it shows all that is not reached in the
form of the list."""

import json
import re
import sys
from collections import Counter


def percent(part, whole):
    return 100.0 if whole == 0 else int(10000 * part / whole) / 100


class Figures:
    """How many there are and how many were reached."""

    def __init__(self):
        self.parts = Counter()
        self.wholes = Counter()

    def add(self, what, reached):
        self.wholes[what] += 1
        self.parts[what] += reached

    def show(self, title, extra):
        told = ", ".join(
            f"{what} {percent(self.parts[what], self.wholes[what]):.2f} % "
            f"({self.parts[what]} of {self.wholes[what]})"
            for what in ("lines", "branches", "functions")
        )
        print(f"{title}: {told}{extra}")


def function_at(functions, line):
    """The name of the function that begins last before the line."""
    name = "-"
    for start, this in functions:
        if start > line:
            break
        name = this
    return name


def not_reached(file, figures):
    """(file, function, text, what) of all that was not reached, with where."""
    functions = sorted((f["lineno"], f["name"]) for f in file["functions"])
    for function in file["functions"]:
        figures.add("functions", function["execution_count"] > 0)
    with open(file["file"], encoding="utf-8") as source:
        text = [line.strip() for line in source]
    for line in file["lines"]:
        number = line["line_number"]
        if line["gcovr/noncode"]:
            continue
        place = (file["file"], function_at(functions, number), text[number - 1])
        where = f"{file['file']}:{number}"
        figures.add("lines", line["count"] > 0)
        branches = [b["count"] > 0 for b in line["branches"]]
        for reached in branches:
            figures.add("branches", reached)
        if line["count"] == 0:
            yield place + ("line",), where
            continue
        for k, reached in enumerate(branches, 1):
            if not reached:
                yield place + (f"branch {k}/{len(branches)}",), where


HEAD = re.compile(r"(\S+) (\S+) (line|branch \d+/\d+)$")


def read_list(path):
    """The exceptions as in not_reached, each with the number of its line; and
    how many paragraphs there are."""
    excepted, paragraphs = [], 0
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file]
    head, what, reason = None, None, True
    for number, line in enumerate(lines + [""], 1):
        if line.startswith("#"):
            continue
        if line == "":
            if not reason:
                sys.exit(f"{path}:{number}: no reason is given")
            head = None
        elif head is None:
            head = HEAD.match(line)
            if not head:
                sys.exit(f"{path}:{number}: not FILE FUNCTION branch K/N or line")
            what, reason = head.group(3), False
            paragraphs += 1
        elif line.startswith("> "):
            place = (head.group(1), head.group(2), line[2:].strip(), what)
            excepted.append((place, number))
            what = "line"
        else:
            reason = True
    return excepted, paragraphs


def write(missed):
    previous = None
    for (file, function, text, what), where in missed:
        follows = what == "line" and previous == (file, function)
        if not follows:
            print(f"\n{file} {function} {what}")
        print(f"> {text}")
        previous = (file, function)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        files = json.load(file)["files"]
    figures = Figures()
    missed = [m for file in files for m in not_reached(file, figures)]
    if sys.argv[3:] == ["write"]:
        write(missed)
        return 0
    excepted, paragraphs = read_list(sys.argv[2])
    open_rows = Counter(place for place, _ in excepted)
    faults = 0
    for place, where in missed:
        if open_rows[place] > 0:
            open_rows[place] -= 1
        else:
            print(f"{where}: {place[3]} not reached: {place[2]}")
            faults += 1
    for place, number in reversed(excepted):
        if open_rows[place] > 0:
            open_rows[place] -= 1
            print(f"{sys.argv[2]}:{number}: reached, or gone: {place[2]}")
            faults += 1
    figures.show("src", f"; {paragraphs} listed exceptions")
    if faults:
        print(f"{faults} faults: test what is not reached, or give the reason "
              f"in {sys.argv[2]}; take out of it what was reached")
    return faults > 0


sys.exit(main())
