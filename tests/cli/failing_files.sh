#!/usr/bin/env bash
# A read error is no end of a file, an error at a close is a lost output, and a quota ends no run. Needs
# failing_disk.so beside the binary (a target of the tests).
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
disk=$(dirname "$llmload")/failing_disk.so
tokenizer=$checkout/tests/data/tokenize/tiny.model
cd "$work"
echo '{ "25": "hello" }' >input.jsonl
run=("$llmload" run --simulate --concurrency 4 --records --set MAX_NEW_TOKEN=2)

# with_disk VARIABLE NAME COMMAND...: on a disk that fails there.
with_disk() {
  env "$1=$2" LD_PRELOAD="$disk" ASAN_OPTIONS="verify_asan_link_order=0:${ASAN_OPTIONS:-}" "${@:3}"
}

if [ -e "$disk" ]; then
  for _ in 1 2 3; do printf '{"prompt":"%8177s"}\n' x; done >three.jsonl
  expect 0 'prompts: three.jsonl, 3 prompts in turn' "${run[@]}" --num-requests 40 --set PROMPTS=three.jsonl
  for _ in {1..20000}; do echo 0.1; done >due.txt
  printf '%100000s' '{"x": 1}' >p.json
  expect 2 'three.jsonl: can'"'"'t be read: Input/output error' \
    with_disk READ_FAILS three.jsonl "${run[@]}" --num-requests 40 --set PROMPTS=three.jsonl
  expect 2 'due.txt: can'"'"'t be read: Input/output error' \
    with_disk READ_FAILS due.txt "$llmload" run --simulate --set DUE_TIMES=due.txt
  expect 2 'p.json: can'"'"'t be read: Input/output error' with_disk READ_FAILS p.json "$llmload" run p.json
  expect 0 "" "${run[@]}" --num-requests 400
  expect 2 'records.jsonl: can'"'"'t be read: Input/output error' \
    with_disk READ_FAILS records.jsonl "$llmload" report records.jsonl
  printf '{"text":"%8177s"}\n' x x x >texts.jsonl
  expect 2 'texts.jsonl: can'"'"'t be read: Input/output error' \
    with_disk READ_FAILS texts.jsonl "$llmload" tokens --model-path "$tokenizer" texts.jsonl
  expect 2 'texts.jsonl: can'"'"'t be read: Input/output error' \
    with_disk READ_FAILS texts.jsonl "$llmload" tokens --model-path "$tokenizer" --jsonl texts.jsonl
  expect 2 'tiny.model: can'"'"'t be read: Input/output error' \
    with_disk READ_FAILS tiny.model "$llmload" tokens --model-path "$tokenizer" texts.jsonl
  for file in records.jsonl performance_metrics.csv summary.json; do
    expect 1 "output lost: ./$file: write failed: Input/output error" with_disk CLOSE_FAILS $file "${run[@]}" --num-requests 40
    [ "$(grep -c lost err)" -eq 1 ] || fail "the loss of $file is told $(grep -c lost err) times"
    ! grep '^written:' err | grep -q "$file" || fail "$file is told as written, and as lost"
    [ "$(grep '^written:' err | tr , '\n' | wc -l)" -eq 2 ] || fail "the two others are not told as written"
    grep -q '^| 4 |' out || fail "the table went with $file"
  done
  expect 1 'output lost: standard output: write failed: Input/output error' with_disk CLOSE_FAILS "$work/out" "${run[@]}" --num-requests 40
else
  echo "no $disk: a disk's errors are not tried"
fi

# A quota is a write that fails: the run goes on, and what fits into it is whole.
code=0
(ulimit -f 8; exec "${run[@]}" --num-requests 400 --output-dir small >out 2>err) || code=$?
[ "$code" -eq 1 ] || fail "exit $code, not 1, at the limit of a file's size"
[ "$(grep -c 'lost: small/records.jsonl: write failed: File too large' err)" -eq 1 ] || fail "not told once: records.jsonl"
grep -q '^| 4 |' out || fail "the table went with the records"
! grep '^written:' err | grep -q records.jsonl || fail "records.jsonl is told as written"

# A closed standard output does not become the next file.
code=0
"${run[@]}" --num-requests 40 --output-dir closed >&- 2>err || code=$?
[ "$code" -eq 1 ] || fail "exit $code, not 1, with a closed standard output"
grep -q 'output lost: standard output' err || fail "the lost table is not told"
! grep -q '^|' closed/* || fail "the table is in a file of the run's"
expect 2 'nowhere/below: can'"'"'t be made: ' "${run[@]}" --output-dir input.jsonl/nowhere/below
finished
