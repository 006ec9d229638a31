# shellcheck shell=bash
# tests/steps.sh: how ./check runs a step with a time limit, keeps its log and counts its cases.
# Sourced by ./check, which stands in the project's root folder.
#
# Every case becomes one line in $results: passed, failed, skipped or unsteady, then its name, then (after a
# failure) where to read on or (after a skip) the reason; the three are separated by tabs.

logs=build/check
results=$logs/results.tsv
runs=0
jobs=$(nproc 2> /dev/null || echo 2)

# At a terminal the commands stay in its foreground, so that an interrupt reaches them.
limited=(timeout --kill-after=10)
[ ! -t 2 ] || limited+=(--foreground)
trap 'echo "interrupted"; exit 130' INT TERM

steps_begin ()
{
  mkdir -p "$logs" && rm -f "$logs"/*.log && : > "$results"
}

# record STATE NAME [DETAIL]
record ()
{
  printf '%s\t%s\t%s\n' "$1" "$2" "${3-}" >> "$results"
  case $1 in
    passed) ;;
    *) printf '  %s: %s%s\n' "$1" "$2" "${3:+ ($3)}" ;;
  esac
}

say ()
{
  printf '[%4d s] %s\n' "$SECONDS" "$*"
}

# run LOG SECONDS COMMAND...: runs it with nothing on its standard input; the log takes its words.
run ()
{
  local log=$logs/$1.log limit=$2 code
  shift 2
  "${limited[@]}" "$limit" "$@" > "$log" 2>&1 < /dev/null
  code=$?
  [ "$code" -ne 124 ] || echo "stopped after $limit s" >> "$log"
  return "$code"
}

# step NAME SECONDS COMMAND...: one case, passed when the command says so.
step ()
{
  local name=$1 log
  log=${name//[ \/]/-}
  say "$name"
  if run "$log" "${@:2}"; then
    record passed "$name"
  else
    record failed "$name" "$logs/$log.log"
    tail -n 15 "$logs/$log.log"
    return 1
  fi
}

# Prints the files of the project, of the names given as patterns: without what git ignores.
project_files ()
{
  if git rev-parse --is-inside-work-tree > /dev/null 2>&1; then
    git ls-files --cached --others --exclude-standard -- "$@"
  else
    local pattern
    for pattern in "$@"; do
      find . \( -path './build*' -o -name .git \) -prune -o -type f -name "${pattern##*/}" -print
    done | sed 's,^\./,,'
  fi | sort -u | while IFS= read -r file; do
    [ ! -f "$file" ] || printf '%s\n' "$file"
  done
}

# Waits until fewer commands than processors run in the background.
wait_for_slot ()
{
  while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
    wait -n
  done
}

# each_file NAME TOOL COMMAND...: runs the command on each file named on the standard input; every
# file is a case. Without the tool the whole step is one skipped case.
each_file ()
{
  local name=$1 tool=$2 file
  shift 2
  if ! command -v "$tool" > /dev/null; then
    record skipped "$name" "$tool is not installed"
    return
  fi
  say "$name"
  while IFS= read -r file; do
    wait_for_slot
    one_file "$name" "$file" "$@" &
  done
  wait
}

# one_file NAME FILE COMMAND...
one_file ()
{
  local name=$1 file=$2 log
  log=${name//[ \/]/-}-${file//\//-}
  shift 2
  if run "$log" 300 "$@" "$file"; then
    record passed "$name $file"
    rm -f "$logs/$log.log"
  else
    record failed "$name $file" "$logs/$log.log"
    head -n 20 "$logs/$log.log"
  fi
}

# build NAME SECONDS COMPILER OPTION...: configures build/NAME when it is not yet so, and builds it.
build ()
{
  local name=$1 limit=$2 compiler=$3 folder=build/$1 wanted
  shift 3
  command -v ccache > /dev/null && compiler="ccache $compiler"
  wanted="$compiler $*"
  if [ "$(cat "$folder/options.txt" 2> /dev/null)" != "$wanted" ] || [ ! -e "$folder/build.ninja" ]; then
    rm -rf "$folder"
    CC=$compiler step "configure $name" 300 \
      meson setup "$folder" -Dwerror=true "$@" || return 1
    printf '%s\n' "$wanted" > "$folder/options.txt"
  fi
  step "build $name" "$limit" ninja -C "$folder" -j "$jobs"
}

# meson_tests NAME SECONDS ARGUMENT...: runs meson test in build/NAME; afterwards $log is what it wrote for
# tests/tally.py. The words of meson are shown as they come: they are the progress of the longest steps.
meson_tests ()
{
  local name=$1 limit=$2 base code
  local -a logs_of
  shift 2
  base=check-${name}-$((runs += 1))
  "${limited[@]}" "$limit" meson test -C "build/$name" --no-rebuild --logbase "$base" "$@" < /dev/null 2>&1 \
    | tee -a "$logs/test-$name.log" | grep --line-buffered -E '^ *[0-9]+/[0-9]+ '
  code=${PIPESTATUS[0]}
  # With a --wrapper its name stands behind the base.
  logs_of=("build/$name/meson-logs/$base"*.json)
  log=${logs_of[0]}
  return "$code"
}

# suites NAME SECONDS ARGUMENT...: runs the tests in build/NAME and counts the cases of each program. The
# few that share the machine with others and fail run once more, alone; such a case is counted by its second
# run and told as unsteady. What a sanitizer finds is found, though it be but once.
suites ()
{
  local name=$1 limit=$2 code log first
  local -a again=() second=()
  shift 2
  say "tests of build/$name ($*)"
  rm -f "build/$name/meson-logs/check-"*
  meson_tests "$name" "$limit" --num-processes "$jobs" "$@"
  code=$?
  first=$log
  # Not where the whole was cut off: there are programs that have not run.
  [ "$name" != plain ] || [ "$code" -ge 124 ] || mapfile -t again < <(/usr/bin/python3 tests/tally.py --again "$first" | grep .)
  if [ "${#again[@]}" -ne 0 ]; then
    say "once more, alone: ${again[*]}"
    meson_tests "$name" "$limit" --num-processes 1 "${again[@]}"
    code=$?
    second=("$log")
  fi
  /usr/bin/python3 tests/tally.py "$name" "$first" "$code" "${second[@]}" \
    > "$logs/tally" || echo "failed	tests of $name	tests/tally.py gave up" >> "$logs/tally"
  grep -v '^passed' "$logs/tally" | sed 's/^/  /'
  cat "$logs/tally" >> "$results"
}

# Prints every failure with its log and the reasons of the skips; last the one line of numbers.
# Returns non-zero when a case failed or when there was none at all.
steps_end ()
{
  local passed failed skipped
  passed=$(grep -c '^passed	' "$results")
  failed=$(grep -c '^failed	' "$results")
  skipped=$(grep -c '^skipped	' "$results")
  echo
  if [ "$skipped" -ne 0 ]; then
    echo "Skipped:"
    sed -n 's/^skipped	\([^	]*\)	\(.*\)/  \1: \2/p' "$results" | sort -u
  fi
  if grep -q '^unsteady	' "$results"; then
    echo "Unsteady, failed beside others and passed alone:"
    sed -n 's/^unsteady	\([^	]*\)	\(.*\)/  \1: \2/p' "$results"
  fi
  if [ "$failed" -ne 0 ]; then
    echo "Failed:"
    sed -n 's/^failed	\([^	]*\)	\(.*\)/  \1: \2/p' "$results"
  fi
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ] && [ "$passed" -ne 0 ]
}
