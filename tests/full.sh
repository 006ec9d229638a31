# shellcheck shell=bash
# tests/full.sh: what only ./check full does: the suites marked so (kill loops, soak), fuzzing in slices,
# static analysis and coverage. Sourced by ./check after tests/steps.sh.

check_full ()
{
  :
}
