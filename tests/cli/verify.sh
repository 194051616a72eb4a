#!/usr/bin/env bash
# Runs of many shapes, all numbers of which a second implementation computes again from the records
# (tests/verify/verify_summary.py); `report` must make the same bytes.
# Exit code 0: no differences; 1: some; 77: skipped, because there is no python3.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
if ! command -v python3 >/dev/null; then
  echo "SKIP: there is no python3"
  exit 77
fi
cd "$work"
echo '{ "25": "hello" }' >input.jsonl

# shape NAME [KEY=VALUE]...: a run in NAME/ against the simulator, which may fail or be not valid.
shape() {
  local name=$1 arguments=() code=0
  shift
  for setting in "$@"; do arguments+=(--set "$setting"); done
  mkdir "$name"
  "$llmload" run parameters.json --quiet --records --output-dir "$name" "${arguments[@]}" >"$name/table.txt" 2>"$name/err" || code=$?
  case $code in 0 | 3 | 4) ;; *) fail "exit $code: $name"; cat "$name/err" ;; esac
}

open_loop='CONCURRENT_LEVELS=[] DURATION_SECONDS=0.4'
start_simulator "$llmload" --ttft-ms 4 --gap-ms 0.2 --tokens-per-event 2
parameters CONCURRENT_LEVELS '[1, 4]'
shape closed
grep -q '"server":{"scrapes":' closed/summary.json || fail "nothing of the server's own metrics"
shape streamed STREAM=true 'GOODPUT={"ttft_ms": 8, "e2e_ms": 20}'
shape tokenizer STREAM=true "MODEL_PATH=$checkout/tests/data/tokenize/tiny.model" COUNT_BOS=true
shape usage_counts STREAM=true TOKENS_FROM=usage COUNT_BOS=true "MODEL_PATH=$checkout/tests/data/tokenize/tiny.model"
shape connections CONNECTION=per-request STREAM=true
shape endpoints STREAM=true "MODEL_ENDPOINTS=[\"$origin/v1/chat/completions\", \"$origin/v1/chat/completions?second\"]"
grep -q '"groups":\[{"group":"endpoint","key":"0",' endpoints/summary.json || fail "no groups of two endpoints"
shape models 'MODELS={"llama-3": 3, "llama-2": 1}' 'CONCURRENT_LEVELS=[8]' REQUESTS_PER_LEVEL=40
grep -q '"group":"model","key":"llama-2",' models/summary.json || fail "no groups of two models"
shape priced 'PRICE={"input_per_million": 1000, "output_per_million": 2000.5}' WARMUP_REQUESTS=3 REQUESTS_PER_LEVEL=9 LABEL=mine
shape spent 'PRICE={"input_per_million": 1000, "output_per_million": 2000}' MAX_COST=0.5 DURATION_SECONDS=5 WARMUP_SECONDS=0.01
grep -q '"budget_spent":true' spent/summary.json || fail "the budget is not spent"
shape user_time TIME_SOURCE=user STREAM=true
shape open $open_loop REQUEST_RATE=[100] STREAM=true
shape queues $open_loop REQUEST_RATE=[400] MAX_CONCURRENCY=2 ARRIVAL=constant
shape drops $open_loop REQUEST_RATE=[400] MAX_CONCURRENCY=2 WHEN_FULL=drop STREAM=true WARMUP_SECONDS=0.1
shape window STREAM=true WARMUP_SECONDS=0.1 COOLDOWN_SECONDS=0.1 DURATION_SECONDS=0.3
shape warmup WARMUP_REQUESTS=5 REQUESTS_PER_LEVEL=20 'GOODPUT={"e2e_ms": 10}'
talks=(INPUT_TOKENS=20 "MODEL_PATH=$checkout/tests/data/tokenize/tiny.model" MAX_NEW_TOKEN=8 STREAM=true
  'CONVERSATION={"turns": {"mean": 3, "sd": 2, "min": 1, "max": 6}, "think_seconds": 0.01, "user_tokens": 5}')
shape talks "${talks[@]}" REQUESTS_PER_LEVEL=20
shape talks_open $open_loop REQUEST_RATE=[50] "${talks[@]}"
shape talks_window "${talks[@]}" WARMUP_SECONDS=0.1 DURATION_SECONDS=0.4
"$llmload" run --simulate --quiet --records --output-dir simulated --concurrency 2 --num-requests 10 \
  --set MAX_NEW_TOKEN=8 >out 2>err || [ $? -eq 3 ] || fail "run --simulate"
mv out simulated/table.txt

mkdir interrupted
rm -f err  # of the run before
"$llmload" run parameters.json --records --output-dir interrupted --set DURATION_SECONDS=3 >interrupted/table.txt 2>err &
interrupt_at 'stage 2/2' $!
finish_simulator

start_simulator "$llmload" --ttft-ms 2 --gap-ms 0.2 --fault http_500:0.2 --fault reset_body:0.1 --fault close_idle:0.1 \
  --fault close_on_request:0.1 --fault stale_answer:0.1 --fault idle_408:0.1
parameters CONCURRENT_LEVELS '[1, 4]'
shape failures STREAM=true REQUESTS_PER_LEVEL=60
shape talks_failing "${talks[@]}" REQUESTS_PER_LEVEL=20
shape failures_open $open_loop REQUEST_RATE=[200] 'GOODPUT={"e2e_ms": 50}'
shape stopped DURATION_SECONDS=2 COOLDOWN_SECONDS=0.1 MAX_ERROR_RATE=0.1
finish_simulator

start_simulator "$llmload" --ttft-ms 2 --gap-ms 0.2 --fault http_429_ms:0.2
parameters CONCURRENT_LEVELS '[1, 4]' REQUESTS_PER_LEVEL 12
shape retries RETRY=rate-limited STREAM=true
finish_simulator

start_simulator "$llmload" --ttft-ms 2 --gap-ms 0.2 --fault stall_between_events:0.2
parameters CONCURRENT_LEVELS '[12]' REQUESTS_PER_LEVEL 12
shape stalls STREAM=true IDLE_TIMEOUT_SECONDS=0.2
shape nothing STREAM=true FIRST_TOKEN_TIMEOUT_SECONDS=0.001 IDLE_TIMEOUT_SECONDS=0.2

export PYTHONDONTWRITEBYTECODE=1
python3 "$checkout/tests/verify/synthetic_records.py" "$llmload" 100 synthetic || fail "synthetic records"
python3 "$checkout/tests/verify/verify_summary.py" --quiet --llmload "$llmload" \
  closed streamed tokenizer usage_counts connections endpoints priced spent user_time open queues drops window warmup talks talks_open talks_window talks_failing \
  simulated interrupted failures failures_open stopped retries stalls nothing synthetic/* || fail "numbers differ"
finished
