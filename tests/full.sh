# shellcheck shell=bash
# shellcheck disable=SC2154 # logs, jobs and the options of the builds come from who sources this
# tests/full.sh: what only ./check full does: the suite 'full' (kill loops, soak), fuzzing in slices,
# static analysis and coverage. Sourced by ./check after tests/steps.sh.

# All targets together, in seconds of the clock.
fuzz_budget=${SHOAL_FUZZ_SECONDS:-1200}

check_full ()
{
  if meson test -C build/plain --no-rebuild --list --suite full 2> /dev/null | grep -q '/'; then
    suites plain 3600 --suite full
  fi
  check_programs
  check_fuzz
  check_static
  check_coverage
}

# Whole transfers by commands under the sanitizers: what they report lies in files of their own, for a
# test may have ended the program that reported. What is freed waits in a small quarantine, so that the
# bounds of memory that some tests have still hold.
check_programs ()
{
  local reports=$PWD/$logs/reports
  command -v clang > /dev/null || return # the sanitizers have been skipped before
  rm -rf "$reports"
  mkdir -p "$reports"
  ASAN_OPTIONS=$ASAN_OPTIONS:quarantine_size_mb=8:thread_local_quarantine_size_kb=64:log_path=$reports/asan \
    suites asan 2400 --timeout-multiplier 4 --suite integration --no-suite full --no-suite tracker
  reported asan "$reports"
  TSAN_OPTIONS=$TSAN_OPTIONS:suppressions="'$PWD/tests/tsan-programs.supp'":log_path=$reports/tsan \
    G_SLICE=always-malloc suites_tsan 2400 --suite integration --no-suite full --no-suite tracker
  reported tsan "$reports"
}

# reported NAME FOLDER: a case, which fails and shows the reports when there are any.
reported ()
{
  # shellcheck disable=SC2016 # it is the shell that is started who reads this
  step "no program reports under $1" 10 bash -c '! find "$1" -type f -exec cat {} + | grep .' - "$2"
}

# Every target gets the same slice; as many run at once as there are processors.
check_fuzz ()
{
  local -a targets
  local target seconds
  if ! command -v clang > /dev/null; then
    record skipped "fuzzing" "clang is not installed"
    return
  fi
  build fuzz 1800 clang "${asan[@]}" -Dfuzzing=true || return
  mapfile -t targets < <(find build/fuzz/tests/fuzz -maxdepth 1 -type f -name 'fuzz-*' -executable | sort)
  seconds=$((fuzz_budget * jobs / ${#targets[@]}))
  [ "$seconds" -le "$fuzz_budget" ] || seconds=$fuzz_budget
  say "fuzzing ${#targets[@]} targets, $seconds s each"
  for target in "${targets[@]}"; do
    wait_for_slot
    fuzz_slice "${target##*/fuzz-}" "$seconds" &
  done
  wait
}

# fuzz_slice NAME SECONDS: one target, on a copy of its corpus that grows from run to run. What it finds
# lies in build/fuzz-found/NAME.
fuzz_slice ()
{
  local name=$1 seconds=$2 corpus=build/fuzz-corpus/$1 found=build/fuzz-found/$1
  mkdir -p "$corpus" "$found"
  [ ! -d "tests/fuzz/corpus/$name" ] || cp -R "tests/fuzz/corpus/$name/." "$corpus"
  if ASAN_OPTIONS=$ASAN_OPTIONS:quarantine_size_mb=16 \
    run "fuzz-$name" $((seconds + 120)) "build/fuzz/tests/fuzz/fuzz-$name" \
    -max_total_time="$seconds" -rss_limit_mb=256 -malloc_limit_mb=64 -timeout=5 \
    -print_final_stats=1 -artifact_prefix="$found/" "$corpus"; then
    say "fuzz $name:$(sed -n 's/^stat::number_of_executed_units://p' "$logs/fuzz-$name.log") executions"
    record passed "fuzz $name"
  else
    record failed "fuzz $name" "$logs/fuzz-$name.log, input in $found"
    tail -n 25 "$logs/fuzz-$name.log"
  fi
}

# Prints those of the files on the standard input that build/$1 compiles, but not build/$2 if it is given.
compiled_by ()
{
  while IFS= read -r file; do
    if grep -qF "/$file\"" "build/$1/compile_commands.json" \
      && { [ -z "${2-}" ] || ! grep -qF "/$file\"" "build/$2/compile_commands.json"; }; then
      printf '%s\n' "$file"
    fi
  done
}

check_static ()
{
  # Fuzz targets and the like are compiled in some builds alone, the window by gcc; the analyser needs
  # their flags.
  project_files '*.c' | compiled_by asan | each_file "clang-tidy" clang-tidy clang-tidy --quiet -p build/asan
  project_files '*.c' | compiled_by plain asan | each_file "clang-tidy" clang-tidy \
    clang-tidy --quiet -p build/plain --extra-arg=-Wno-unknown-warning-option
  # The unrolled rounds of the digests take cppcheck minutes a file. ctuPointerArith takes the place
  # just past an array's end for an overflow, legacyUninitvar does not see writes through a table,
  # memleak not that g_array_append_val() takes over, which LeakSanitizer does; g_assert_*() is never
  # compiled out, so what it calls may have effects.
  project_files '*.c' | grep -v '^protocol/digest/' | each_file "cppcheck" cppcheck \
    cppcheck --quiet --error-exitcode=1 --enable=warning,portability --inline-suppr --std=c11 \
    --library=gtk --suppress=missingIncludeSystem --suppress=ctuPointerArith \
    --suppress=legacyUninitvar --suppress=memleak --suppress=assertWithSideEffect -I .
  # gcc 12 takes how many numbers a vector has for how many bits they have; UBSan sees wrong shifts.
  build analyzer 1800 gcc -Dintrospection=false -Dtests=false \
    "-Dc_args=-fanalyzer -Wno-analyzer-shift-count-overflow"
}

# tests/coverage.txt has a line for each folder: the tests that count for it, its share of lines and of
# branches in percent.
check_coverage ()
{
  if ! command -v gcovr > /dev/null; then
    record skipped "coverage" "gcovr is not installed"
    return
  fi
  # Threads that count at once would leave counts below zero.
  build coverage 1800 gcc -Db_coverage=true -Doptimization=0 -Dintrospection=false \
    -Dc_args=-fprofile-update=atomic || return
  find build/coverage -name '*.gcda' -delete
  suites coverage 1500 --suite unit --suite fuzz
  coverage_by unit
  suites coverage 1500 --suite integration --no-suite full
  coverage_by all
}

# coverage_by TESTS: the folders for which the tests count that have been run by now. What a programmer's
# mistake leads to is no branch that a test could take.
coverage_by ()
{
  local by=$1 folder tests lines branches
  while read -r folder tests lines branches; do
    [ "$tests" = "$by" ] || continue
    say "at least $lines % of lines, $branches % of branches"
    step "coverage of $folder" 300 \
      gcovr --root . --filter "$folder/" --exclude-unreachable-branches --exclude-throw-branches \
      --exclude-lines-by-pattern '.*(bt_assert|g_return_if_fail|g_return_val_if_fail) \(.*' \
      --fail-under-line "$lines" --fail-under-branch "$branches" build/coverage
  done < <(grep -v -e '^#' -e '^$' tests/coverage.txt)
}
