#!/bin/sh
# What a build server runs; written by `testbed init ci`, yours from now on. Any server will do: it needs a shell, Node and git.
#
#   sh ci/testbed.sh [DIR]    what comes of it goes into DIR, testbed-results unless told: the results folders, and of each part
#                             NAME.junit.xml (test results), NAME.md (a summary) and NAME.txt (what was printed)
#
# TESTBED          how testbed is called; default npx --no-install testbed
# TESTBED_RUN      what is played: flags and files of `testbed run`
# TESTBED_FAIL_ON  fail (default), degraded or unsupported
# TESTBED_ADAPTER  a module of yours, such as src/my-bus.ts: is it slower than in TESTBED_BASE? Empty: nobody asks
# TESTBED_BASE     the commit that it is held against; default the branch point from origin/main
# TESTBED_GATE     what is played for that: flags and files of `testbed gate`
#
# Exit codes are those of testbed: 0 all PASS, 1 something FAILs, 2 something could not be judged (a machine that is too busy is
# a reason), 3 bad usage, 4 could not run. Of two parts the worse counts.
set -u

case ${1:-} in -*)
  sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
  exit 3
  ;;
esac

testbed=${TESTBED:-npx --no-install testbed}
run=${TESTBED_RUN:---scenario smoke --profile quick --stacks memory,sqlite}
gate=${TESTBED_GATE:---scenario baseline --profile quick}
fail_on=${TESTBED_FAIL_ON:-fail}
out=${1:-testbed-results}
code=0
# A server that is missing is an error here, and no reason to leave its cells out.
export CI=true

mkdir -p "$out" || exit 4

# 1 wins over 4, 4 over 3, 3 over 2; an interrupt over all.
worse() {
  for known in 130 1 4 3 2; do
    if [ "$1" = "$known" ] || [ "$code" = "$known" ]; then code=$known; return; fi
  done
  [ "$1" = 0 ] || code=$1
}

# part NAME COMMAND...: plays, and leaves what build servers read.
part() {
  name=$1
  shift
  # shellcheck disable=SC2086 # the words of a command
  $testbed "$@" --fail-on "$fail_on" --output "$out/$name" >"$out/$name.txt"
  ended=$?
  cat "$out/$name.txt"
  worse "$ended"
  for folder in "$out/$name"/*/; do
    [ -f "$folder/index.json" ] || continue
    # Their exit codes are that of the part, which is known.
    $testbed show "$folder" --format junit --fail-on "$fail_on" >"$out/$name.junit.xml" || :
    $testbed show "$folder" --format markdown --fail-on "$fail_on" >"$out/$name.md" || :
    [ "${GITHUB_ACTIONS:-}" = true ] || continue
    $testbed show "$folder" --format github --fail-on "$fail_on" || :
    cat "$out/$name.md" >>"$GITHUB_STEP_SUMMARY"
  done
}

# shellcheck disable=SC2086 # the words of a command
part run run $run

if [ -n "${TESTBED_ADAPTER:-}" ]; then
  if base=${TESTBED_BASE:-$(git merge-base HEAD origin/main)}; then
    # shellcheck disable=SC2086 # the words of a command
    part gate gate --base "commit:$base:$TESTBED_ADAPTER" --head "adapter:$TESTBED_ADAPTER" $gate
  else
    worse 4
  fi
fi

exit "$code"
