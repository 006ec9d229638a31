#!/usr/bin/python3
"""test-tally.py: the sum of ./check counts every case and no failure gets lost."""

import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), ".."))

import tally  # noqa: E402
from helpers import tap  # noqa: E402

# The name of the case, what the program printed, meson's result and exit code, the states counted.
PROGRAMS = [
    ("all well", "1..2\nok 1 /a\nok 2 - b\n", "OK", 0, "passed passed"),
    ("plan at the end", "ok 1 a\nok 2 b\n1..2\n", "OK", 0, "passed passed"),
    ("one failed", "1..2\nok 1 a\nnot ok 2 b\n", "FAIL", 1, "passed failed"),
    ("failed with exit code 0", "1..1\nnot ok 1 b\n", "FAIL", 0, "failed"),
    ("skip with a reason", "1..1\nok 1 a # SKIP no network\n", "OK", 0, "skipped"),
    ("skip without a reason", "1..1\nok 1 a # SKIP\n", "OK", 0, "failed"),
    ("all skipped", "1..0 # SKIP no gi\n", "SKIP", 0, "skipped"),
    ("marked as known to fail", "1..1\nnot ok 1 a # TO" + "DO later\n", "EXPECTEDFAIL", 0, "failed"),
    ("comments and other words", "# a\n1..1\nhello\nok 1 a\n# b\n", "OK", 0, "passed"),
    ("crash in a case", "1..3\nok 1 a\n", "ERROR", -11, "passed failed"),
    ("crash after the last case", "1..1\nok 1 a\n", "ERROR", -6, "passed failed"),
    ("time limit", "1..2\nok 1 a\n", "TIMEOUT", -15, "passed failed"),
    ("too few cases", "1..2\nok 1 a\n", "ERROR", 0, "passed failed"),
    ("too many cases", "1..1\nok 1 a\nok 2 b\n", "ERROR", 0, "passed passed failed"),
    ("two plans", "1..1\nok 1 a\n1..1\n", "OK", 0, "passed failed"),
    ("no TAP", "all is well\n", "OK", 0, "failed"),
    ("no output", "", "OK", 0, "failed"),
    ("bail out", "1..1\nok 1 a\nBail out! no disk\n", "ERROR", 1, "passed failed"),
]


def count(stdout, result, code, meson_code=None):
    """The states of the cases of a run of one program."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "log.json")
        with open(path, "w", encoding="utf-8") as file:
            test = {"name": "x", "stdout": stdout, "result": result, "returncode": code}
            file.write(json.dumps(test) + "\n")
        return [case[0] for case in tally.tally("plain", path, meson_code or 0)]


def program(name, stdout, result, code, states):
    """A case of its own for each row of the table."""
    def check():
        assert count(stdout, result, code) == states.split(), count(stdout, result, code)
    check.__name__ = "case_" + name.replace(" ", "_")
    return check


def case_failure_of_meson_itself():
    assert count("1..1\nok 1 a\n", "OK", 0, meson_code=124) == ["passed", "failed"]


def case_failure_says_what_was_said():
    cases, _ = tally.read_tap("1..2\n# Start of x\n# fine\nok 1 a\n# b.c:3: bad\nnot ok 2 b\n")
    assert cases == [("passed", "a", ""), ("failed", "b", "b.c:3: bad")], cases


def case_no_log():
    assert [c[0] for c in tally.tally("plain", "/proc/nonexistent/log.json", 0)] == ["failed"]


def programs(folder, name, *tests):
    """A log of meson of programs: name, suite, whether it passed."""
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        for test, suite, passed in tests:
            said = "1..1\n" + ("ok 1 case\n" if passed else "# why\nnot ok 1 case\n")
            file.write(json.dumps({"name": f"shoal:{suite} / {test}", "stdout": said,
                                   "result": "OK" if passed else "FAIL", "returncode": 0 if passed else 1}) + "\n")
    return path


def case_few_that_share_the_machine_run_again():
    with tempfile.TemporaryDirectory() as folder:
        path = programs(folder, "a", ("one", "unit+cli", False), ("two", "unit", False), ("three", "cli+unit", True))
        assert tally.again(path) == ["one"], tally.again(path)
        path = programs(folder, "b", *((str(i), "integration", False) for i in range(4)))
        assert tally.again(path) == [], tally.again(path)


def case_the_second_run_counts():
    with tempfile.TemporaryDirectory() as folder:
        first = programs(folder, "a", ("one", "gui", False), ("two", "gui", False), ("three", "unit", False))
        second = programs(folder, "b", ("one", "gui", True), ("two", "gui", False))
        cases = [(case[0], case[1].rpartition(" / ")[2]) for case in tally.tally("plain", first, 1, second)]
        assert cases == [("passed", "one case"), ("unsteady", "one case"), ("failed", "two case"),
                         ("failed", "three case")], cases


if __name__ == "__main__":
    tap.main([program(*row) for row in PROGRAMS] + [
        case_failure_of_meson_itself, case_failure_says_what_was_said, case_no_log,
        case_few_that_share_the_machine_run_again, case_the_second_run_counts,
    ])
