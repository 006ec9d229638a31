#!/usr/bin/python3
"""Counts the cases of one run of `meson test`: every TAP line of every program, not the programs.

    tally.py BUILD TESTLOG.json EXIT-CODE

Prints a line a case for ./check: state, name and detail, separated by tabs. What a program owes and
does not print (a plan that is not kept, no TAP at all, a crash, a time limit) is a failed case.
"""

import json
import os
import re
import sys

CASE = re.compile(r"^(not )?ok\b[ \t]*(\d+)?[ \t]*(?:-[ \t]*)?([^#]*)(?:#[ \t]*(\w+)[ \t]*(.*))?$")
PLAN = re.compile(r"^1\.\.(\d+)(?:[ \t]*#[ \t]*SKIP\w*[ \t]*(.*))?$", re.IGNORECASE)

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


def tally(build, path, code):
    """All cases of a run; a run that left no log, or failed without a failed case, is a failure."""
    if not os.path.exists(path):
        return [("failed", f"tests of {build}", "meson test left no log: is there no such test?")]
    with open(path, encoding="utf-8", errors="replace") as lines:
        tests = [json.loads(line) for line in lines if line.strip()]
    log = os.path.splitext(path)[0] + ".txt"
    cases = [case for test in tests for case in tally_test(build, test, log)]
    if code != 0 and not any(state == "failed" for state, _, _ in cases):
        cases.append(("failed", f"tests of {build}", f"meson test ended with exit code {code}"))
    return cases


def main():
    """Prints the tally of the log named on the command line."""
    build, path, code = sys.argv[1], sys.argv[2], int(sys.argv[3])
    for case in tally(build, path, code):
        print("\t".join(field.replace("\t", " ") for field in case))


if __name__ == "__main__":
    main()
