#!/usr/bin/env bash
# What a run looks like on a terminal: the table in its width and height, progress, colours, other forms of the numbers.
# Exit code 77: skipped, because there is no tmux.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
if ! command -v tmux >/dev/null; then
  echo "SKIP: there is no tmux"
  exit 77
fi
cd "$work"
tmux=(tmux -S "$work/tmux" -f /dev/null)
trap '"${tmux[@]}" kill-server 2>/dev/null || true; finish' EXIT

# on_terminal COLUMNS ROWS COMMAND...: runs it to its end on a terminal of that size; what is on the screen goes to ./screen, with
# colours as codes to ./coloured. Environment: from ${environment[@]}.
environment=()
on_terminal() {
  local columns=$1 rows=$2
  shift 2
  rm -f ended
  "${tmux[@]}" new-session -d -x "$columns" -y "$rows" \
    "env LC_ALL=C.UTF-8 ${environment[*]} $*; echo \$? >'$work/code'; mv '$work/code' '$work/ended'; exec sleep 600"
  until [ -e ended ]; do
    "${tmux[@]}" has-session 2>/dev/null || { fail "the terminal is gone"; return; }
    read -rt 0.05 <> <(:) || true
  done
  # What was written last may still be on its way through the terminal. On a busy machine reasons why the numbers are not valid
  # take lines: then what has scrolled away counts, too.
  local history=() tries=0
  [ "$(cat ended)" -ne 3 ] || history=(-S -200)
  until "${tmux[@]}" capture-pane -p "${history[@]}" >screen && grep -qE 'written:|^llmload:|No room' screen; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || { fail "the screen has no end"; cat screen; break; }
    read -rt 0.05 <> <(:) || true
  done
  "${tmux[@]}" capture-pane -p -e "${history[@]}" >coloured
  "${tmux[@]}" kill-session
}
run="$llmload run --simulate --set MAX_NEW_TOKEN=8 --set CORES=1"

# The seven usual levels, with the column of what failed, in one screen.
on_terminal 80 24 "$run" --set STREAM=true
code=$(cat ended)
[ "$code" -eq 0 ] || [ "$code" -eq 3 ] || fail "exit $code"
grep -qE '^ +load +ok +failed +req/s +tok/s +p50 +p99 +p50 +p99 +±ms +valid$' screen || fail "no headings"
for level in 1 2 4 8 16 32 64; do
  grep -qE "^ +$level +$level +0 .*(yes|NO)$" screen || fail "no row for $level in one screen"
done
grep -q 'SIMULATED' screen || fail "the screen does not say that it is simulated"
grep -q 'performance_metrics.csv' screen || fail "the screen does not say where the files are"
! grep -q 'in flight' screen || fail "the progress is still there"
grep -qE $'\033\[3[12]m' coloured || fail "there is no colour"
[ "$failures" -eq 0 ] || cat screen

# 40 columns, no colours, no UTF-8.
environment=(LC_ALL=C NO_COLOR=1)
on_terminal 40 60 "$run"
grep -qE '^ +load +failed +p50 +p99 +valid$' screen || { fail "40 columns"; cat screen; }
! grep -q $'\033\[3' coloured || fail "colours in spite of NO_COLOR"
! LC_ALL=C grep -q $'[\x80-\xff]' screen || fail "UTF-8 on a terminal that has none"
environment=()

# While it runs: where it stands, with the times so far.
"${tmux[@]}" new-session -d -x 80 -y 24 "env LC_ALL=C.UTF-8 $run --concurrency 4 --set DURATION_SECONDS=60; exec sleep 600"
tries=0
until "${tmux[@]}" capture-pane -p >screen && grep -q 'so far E2E p50' screen; do
  tries=$((tries + 1))
  [ "$tries" -lt 600 ] || { fail "no times so far"; cat screen; break; }
  read -rt 0.05 <> <(:) || true
done
grep -qE '^stage 1/1, 4 concurrent  [█░]+ [0-9]+ %, about [0-9]+ s left$' screen || { fail "no bar"; cat screen; }
grep -qE '^  .*/s, .* tokens/s, [0-9]+ in flight, [0-9]+ done, 0 failed$' screen || { fail "no counts"; cat screen; }
"${tmux[@]}" kill-session

# A pipe has markdown, as before; the other forms are there for the asking.
parameters='--concurrency 2'
expect 0 '| Number of Concurrent Requests |' $run $parameters --quiet
expect 0 '   load    ok   failed' $run $parameters --quiet --format table
expect 0 '   load    p95   mean output_tokens' $run $parameters --quiet --columns e2e_ms.p95,e2e_ms.mean,output_tokens
expect 2 'did you mean "e2e_ms"?' $run $parameters --columns e2e.p95
expect 2 'is for --format table' $run $parameters --format json --columns ok
expect 2 '--format' $run $parameters --format xml
expect 0 '' $run $parameters --format json --records
cmp -s out summary.json || fail "--format json is not summary.json"
expect 0 '' "$llmload" report records.jsonl --format json
cmp -s out summary.json || fail "report --format json is not summary.json"
expect 0 '   load    ok   failed' "$llmload" report records.jsonl --format table
finished
