"""tap: runs the functions of a test program as cases and prints TAP.

    def case_starts(): assert ...
    tap.main([case_starts, ...])

A case that raises Skip is skipped with that reason, one that raises anything else has failed.
"""

import sys
import traceback


class Skip(Exception):
    """Raised by a case that cannot run here; the text is the reason."""


def name_of(case):
    """What the case is called in the output: case_stops_by_pid is "stops by pid"."""
    return case.__name__.removeprefix("case_").replace("_", " ")


def comment(text):
    """Prints lines that belong to no case."""
    for line in str(text).splitlines():
        print(f"# {line}", flush=True)


def run_case(number, case):
    """Runs one case and prints its line; False when it failed."""
    try:
        case()
    except Skip as skip:
        print(f"ok {number} {name_of(case)} # SKIP {skip}", flush=True)
    except Exception:  # a case may fail in any way; its trace is the report
        comment(traceback.format_exc())
        print(f"not ok {number} {name_of(case)}", flush=True)
        return False
    else:
        print(f"ok {number} {name_of(case)}", flush=True)
    return True


def main(cases):
    """Runs all cases and ends the program."""
    print(f"1..{len(cases)}", flush=True)
    results = [run_case(number, case) for number, case in enumerate(cases, 1)]
    sys.exit(0 if all(results) else 1)


def skip_all(reason):
    """Ends the program: nothing of it can run here."""
    print(f"1..0 # SKIP {reason}", flush=True)
    sys.exit(0)
