#!/usr/bin/env bash
# Text of files reaches the terminal and the tables without what a terminal obeys or a spreadsheet calculates.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
cd "$work"
clear=$'\x1b[2J' c1=$'\xc2\x9b' turned=$'\xe2\x80\xae' mark=$'\xe2\x80\x8f'

# shows_nothing_obeyed CODE COMMAND...: it ends with CODE, and prints none of these, nor a line that is not its own.
shows_nothing_obeyed() {
  expect "$1" '' "${@:2}"
  ! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xaf]|(^|[\x20-\x7e])[\x80-\xbf]' out err ||
    fail "a terminal would obey what is printed by: ${*:2}"
  ! grep -q '^forged' out err || fail "a line of a file's text stands alone, from: ${*:2}"
}

expect 0 "" "$llmload" run --simulate --concurrency 1 --records --quiet
evil='"\\u001b]52;c;eA==\\u0007\\u001b[2J\\u009b\\u202e\\u200f\\nforged"'
sed 's/"notes":\[\]/"notes":['"$evil"']/; t; s/"notes":\[/&'"$evil"',/' records.jsonl >evil.jsonl
shows_nothing_obeyed 0 "$llmload" report evil.jsonl
grep -q ']52;c;eA==' out || fail "the note is not told"
sed 's/"finish_reason":"[a-z]*"/"finish_reason":"=HYPERLINK(1)\\u001b[2J\\nforged"/' records.jsonl >evil.jsonl
shows_nothing_obeyed 0 "$llmload" report evil.jsonl --output-dir again
grep -q "'=HYPERLINK(1)" again/performance_metrics.csv || fail "a formula in the CSV is not marked as text"
! grep -q $'\x1b' again/performance_metrics.csv || fail "the CSV has an escape code"

printf '{"MODEL_ENDPOINTS":"http://127.0.0.1:9/v1/chat/completions","API_KEY":"some-key","CONCURRENT_LEVELS":[1],"%s":1}' \
  '\u001b[2J\u202e\nforged' >p.json
shows_nothing_obeyed 2 "$llmload" run p.json --dry-run
for name in "due$clear.txt" "due$c1$turned$mark.txt" $'due\nforged.txt'; do
  echo 0.1 >"$name"
  shows_nothing_obeyed 0 "$llmload" run --simulate --output-dir named --set "DUE_TIMES=$name"
  shows_nothing_obeyed 0 "$llmload" run --simulate --dry-run --set "DUE_TIMES=$name" \
    --set 'PRICE={"currency": "E\u001b[2J\u0085|\nforged", "input_per_million": 1, "output_per_million": 1}'
  shows_nothing_obeyed 2 "$llmload" run "no $name"
  shows_nothing_obeyed 2 "$llmload" report "no $name"
  shows_nothing_obeyed 2 "$llmload" "--$name"
done
shows_nothing_obeyed 2 "$llmload" run $'not\x9bUTF-8'
printf '{"version":"1.0","model":{"type":"%s"}}' '\u001b[2J\u009b\nforged' >tokenizer.json
echo hi >"text$clear"
shows_nothing_obeyed 2 "$llmload" tokens --model-path tokenizer.json "text$clear"
finished
