#!/usr/bin/env bash
# The main job as its user runs it: the original's keys, its table, its CSV.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
start_simulator "$llmload" --ttft-ms 5 --gap-ms 0
cd "$work"
printf '{ "5": "What is it", "25": "How does a load test measure what a user waits for?" }' >input.jsonl
columns='Number of Concurrent Requests,P50 Latency (ms),P99 Latency (ms),RPS,Output Tokens per Second,Input Tokens per Second,Average Output Tokens per Second per Request'
table='| Number of Concurrent Requests | P50 Latency (ms) | P99 Latency (ms) | RPS | Output Tokens per Second | Input Tokens per Second | Average Output Tokens per Second per Request | Number of Requests Below Threshold |'

for cores in 1 2; do
  for connection in keep-alive per-request; do
    parameters THRESHOLD_TPS 7 RANDOM_PROMPT_LENGTH 25 TEMPERATURE 0.6 TOP_P 0.9 MODEL_PATH '"meta-llama/your-model-path"' \
      CORES $cores CONNECTION "\"$connection\""
    expect 0 "$connection" "$llmload" run parameters.json
    grep -qxF "$table" out || fail "the table's heading ($connection)"
    [ "$(head -1 performance_metrics.csv | cut -d, -f1-8)" = "$columns,Number of Requests Below Threshold" ] || fail "the CSV's heading"
    [ "$(wc -l <performance_metrics.csv)" -eq 3 ] || fail "rows of the CSV"
    [ "$(grep -c $'\r$' performance_metrics.csv)" -eq 3 ] || fail "lines of the CSV end in CR LF"
    [ "$(sed -n 3p performance_metrics.csv | cut -d, -f1,9,10)" = "2,2,0" ] || fail "the row of level 2"
    grep -q 'warning: MODEL_PATH "meta-llama/your-model-path" leads to no tokenizer' err || fail "the placeholder's warning"
    grep -q '"tokens_from":"server usage"' summary.json || fail "summary.json says whose tokens"
  done
done

# Pretrained: a random prompt from the vocabulary, or the input file's, or a clear refusal.
parameters MODEL_ENDPOINTS "\"$origin/v1/completions\""
expect 2 "PROMPT_LENGTH" "$llmload" run parameters.json
expect 0 "" "$llmload" run parameters.json --set PROMPT_LENGTH=5
expect 0 "Number of token for input prompt: 25" "$llmload" run parameters.json \
  --set "MODEL_PATH=$2/tests/data/tokenize/tiny.model" --set RANDOM_PROMPT_LENGTH=25
parameters
expect 2 'it has "5", "25"' "$llmload" run parameters.json --set PROMPT_LENGTH=1k
expect 0 "" "$llmload" run parameters.json --concurrency 3 --num-requests 12 --model llama
[ "$(sed -n 2p performance_metrics.csv | cut -d, -f1,9)" = "3,12" ] || fail "the short flags"

# A real JSONL file, its own output folder, quiet, and a locale with another decimal point.
printf '"one"\n{"prompt": "two words"}\n' >prompts.jsonl
export LC_ALL=de_DE.UTF-8
expect 0 "Number of token for input prompt: " "$llmload" run parameters.json --quiet --output-dir deep/er \
  --set PROMPTS=prompts.jsonl --set "MODEL_PATH=$2/tests/data/tokenize/tiny.model"
! grep -qv '^not valid' err || fail "--quiet prints on standard error: $(cat err)"
grep -q '^1,[0-9.]*,' deep/er/performance_metrics.csv || fail "the decimal point"
# The simulator's usage and this tokenizer do not agree, and the run says by how much.
grep -q 'the tokenizer counts' out || fail "the difference of the tokens"

# --simulate needs nothing at all.
mkdir bare
cd bare
expect 0 "| 2 |" "$llmload" run --simulate --concurrency 1,2
finished
