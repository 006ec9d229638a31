#!/usr/bin/python3
"""Counts the cases of one run of `meson test`: every TAP line of every program, not the programs.

    tally.py BUILD TESTLOG.json EXIT-CODE [AGAIN.json]
    tally.py --again TESTLOG.json

Prints a line a case for ./check: state, name and detail, separated by tabs. What a program owes and
does not print (a plan that is not kept, no TAP at all, a crash, a time limit) is a failed case.

--again names the failed programs that deserve a second run, alone on the machine: those whose peers, windows
and browsers share it with other tests, as long as they are few. In the tally of both runs the second one
counts, and what failed in the first only is told as "unsteady": it is to be mended all the same.
"""

import json
import os
import re
import sys

CASE = re.compile(r"^(not )?ok\b[ \t]*(\d+)?[ \t]*(?:-[ \t]*)?([^#]*)(?:#[ \t]*(\w+)[ \t]*(.*))?$")
PLAN = re.compile(r"^1\.\.(\d+)(?:[ \t]*#[ \t]*SKIP\w*[ \t]*(.*))?$", re.IGNORECASE)

# Suites that wait for other programs, and how many of their programs may fail before something is broken.
SHARING = frozenset(("gui", "integration", "tracker", "cli", "loopback"))
MOST_AGAIN = 3

# What GLib says around the cases.
FRAME = ("# Start of ", "# End of ", "# random seed")


def read_tap(text):
    """Returns the cases [(state, name, detail)] and what is wrong with the stream as a whole."""
    cases, wrong, said, plan, whole_skip = [], [], [], None, None
    for line in text.splitlines():
        case, planned = CASE.match(line), PLAN.match(line)
        if case:
            cases.append(read_case(case, len(cases) + 1, said))
            said = []
        elif planned:
            if plan is not None:
                wrong.append("two plans")
            plan, whole_skip = int(planned.group(1)), planned.group(2)
        elif line.startswith("Bail out!"):
            wrong.append(line)
        elif line.startswith("# ") and not line.startswith(FRAME):
            said.append(line[2:].strip())
    if plan is None:
        wrong.append("no TAP plan")
    elif plan == 0 and not cases:
        cases.append(("skipped", "", whole_skip or "no reason given"))
    elif plan != len(cases):
        wrong.append(f"planned {plan} cases, ran {len(cases)}")
    return cases, wrong


def read_case(match, number, said):
    """One line of TAP as (state, name, detail); what was said before a failure is its detail."""
    failed, _, name, directive, reason = match.groups()
    name = name.strip() or f"case {number}"
    if directive and directive.upper().startswith("SKIP") and not failed:
        if reason.strip():
            return ("skipped", name, reason.strip())
        return ("failed", name, "skipped without a reason")
    return ("failed", name, "; ".join(said[-3:])) if failed else ("passed", name, "")


def tally_test(build, test, log):
    """The cases of one program of the log, each with its full name."""
    program = f"{build}: {test['name']}"
    cases, wrong = read_tap(test.get("stdout") or "")
    code = test.get("returncode", 0)
    if test["result"] == "TIMEOUT":
        wrong.append("stopped by its time limit")
    elif code != 0 and not any(state == "failed" for state, _, _ in cases):
        wrong.append(f"exit code {code}")
    elif test["result"] not in ("OK", "SKIP") and not wrong and code == 0:
        if not any(state == "failed" for state, _, _ in cases):
            wrong.append(f"result {test['result']}")
    for state, name, detail in cases:
        if state == "failed":
            detail = f"{detail} ({log})".strip()
        yield state, f"{program} {name}".rstrip(), detail
    if wrong:
        yield "failed", program, "; ".join(wrong) + f" ({log})"


def read_log(path):
    """The programs of a log of meson."""
    with open(path, encoding="utf-8", errors="replace") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def log_of(path):
    """Where a person reads what was printed."""
    return os.path.splitext(path)[0] + ".txt"


def failures(build, test, path):
    """The failed cases of a program."""
    return [case for case in tally_test(build, test, log_of(path)) if case[0] == "failed"]


def shares(test):
    """Whether a program is of a suite that waits for others."""
    suites = test["name"].rpartition(" / ")[0].partition(":")[2]
    return bool(SHARING & set(suites.split("+")))


def again(path):
    """The names of the programs that deserve a second run."""
    failed = [test for test in read_log(path) if failures("", test, path)]
    if len(failed) > MOST_AGAIN:
        return []
    return [test["name"].rpartition(" / ")[2] for test in failed if shares(test)]


def tally(build, path, code, path_again=None):
    """All cases of a run; a run that left no log, or failed without a failed case, is a failure."""
    if not os.path.exists(path):
        return [("failed", f"tests of {build}", "meson test left no log: is there no such test?")]
    second = {test["name"]: test for test in read_log(path_again)} if path_again else {}
    cases = []
    for test in read_log(path):
        instead = second.get(test["name"])
        if instead is None:
            cases += tally_test(build, test, log_of(path))
            continue
        cases += tally_test(build, instead, log_of(path_again))
        if not failures(build, instead, path_again):
            cases += [("unsteady", name, detail) for _, name, detail in failures(build, test, path)]
    if code != 0 and not any(state == "failed" for state, _, _ in cases):
        cases.append(("failed", f"tests of {build}", f"meson test ended with exit code {code}"))
    return cases


def main():
    """Prints what the command line asks for."""
    if sys.argv[1] == "--again":
        print("\n".join(again(sys.argv[2])))
        return
    build, path, code = sys.argv[1], sys.argv[2], int(sys.argv[3])
    for case in tally(build, path, code, *sys.argv[4:5]):
        print("\t".join(field.replace("\t", " ") for field in case))


if __name__ == "__main__":
    main()
