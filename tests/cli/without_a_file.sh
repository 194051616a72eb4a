#!/usr/bin/env bash
# Runs of flags alone, of parameters on standard input and of those that `llmload init` writes; what contradicts itself.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
start_simulator "$llmload" --ttft-ms 0 --gap-ms 0 --plain
mkdir "$work/here" && cd "$work/here"
export THE_KEY=sk-a-key-of-the-environment

expect 0 'a question of llmload' "$llmload" run --endpoint "$origin" --api-key-env THE_KEY --concurrency 2 --stream --max-tokens 4
expect 0 'a question of llmload' "$llmload" run -u "$origin/v1" --api-key-env THE_KEY --request-rate inf --num-prompts 4 \
  --max-concurrency 2 --max-tokens 4 -H 'X-One: 1' --goodput 'ttft:2000 e2el:5s' --extra-body '{"n": 1}'
grep -q '"stage":"2 concurrent"' summary.json || fail "an endless rate is no closed loop"
! grep -rq 'key-of-the-environment' . || fail "the key is shown"
expect 0 '' "$llmload" run -u "$origin" --api-key-env THE_KEY --request-rate 50 --duration 200ms --max-tokens 4
grep -q '"request_rate":5E1' summary.json && grep -q '"duration_seconds":2E-1' summary.json || fail "rate or duration"
# No key is sent where none is named: this endpoint refuses that.
expect 3 'HTTP 401' "$llmload" run -u "$origin" -c 1
expect 2 'CONCURRENT_LEVELS is missing' "$llmload" run -u "$origin"
expect 2 '--endpoint: /MODEL_ENDPOINTS' "$llmload" run -u 'localhost' -c 1
expect 2 '--max-concurrency caps a rate' "$llmload" run -u "$origin" -c 1 --request-rate 5
expect 2 'is given twice, as "4" and as "5"' "$llmload" run -u "$origin" -c 1 --num-prompts 4 --num-requests 5
expect 2 'THE_OTHER_KEY, which is not set' "$llmload" run -u "$origin" -c 1 --api-key-env THE_OTHER_KEY
expect 2 'parameters.json: can' "$llmload" run -c 1
# A file that happens to be here is not for an endpoint that is given: its key is not sent there.
echo "{\"MODEL_ENDPOINTS\": \"https://elsewhere.example/v1\", \"API_KEY\": \"$THE_KEY\", \"CONCURRENT_LEVELS\": [3]}" >parameters.json
expect 3 'HTTP 401' "$llmload" run -u "$origin" -c 1
expect 3 'HTTP 401' "$llmload" run --set MODEL_ENDPOINTS="$origin" -c 1
expect 2 'input.jsonl' "$llmload" run parameters.json -u "$origin" -c 1
rm parameters.json

# Standard input; paths start where the command is typed, of flags also beside a file elsewhere.
echo 'one question' >mine.txt
json="{\"MODEL_ENDPOINTS\": \"$origin\", \"API_KEY\": \"env:THE_KEY\", \"PROMPTS\": \"mine.txt\", \"MAX_NEW_TOKEN\": 4}"
expect 0 'mine.txt' "$llmload" run - --concurrency 1 <<<"$json"
expect 2 'the parameters' "$llmload" run - --concurrency 1 <<<'{'
mkdir elsewhere
echo "$json" >elsewhere/parameters.json
expect 2 'elsewhere/mine.txt' "$llmload" run elsewhere/parameters.json -c 1
expect 0 'prompts: mine.txt' "$llmload" run elsewhere/parameters.json -c 1 --prompts mine.txt

# `init` writes what a run takes, and nothing over what is there.
mkdir fresh && cd fresh
expect 0 'written: parameters.json' "$llmload" init
expect 2 'placeholder' "$llmload" run --dry-run
expect 2 'parameters.json: is there already' "$llmload" init
expect 0 '' "$llmload" init second.json --endpoint "$origin" --api-key-env THE_KEY -c 1,2 --max-tokens 4
expect 0 '2 concurrent' "$llmload" run second.json --dry-run
expect 0 '' "$llmload" run second.json --num-requests 2
expect 2 "can't be written" "$llmload" init nowhere/parameters.json
expect 2 'did you mean LABEL?' "$llmload" init other.json --set LABLE=x
mkdir deeper
echo hello >text.txt
expect 0 '' "$llmload" init deeper/p.json -u "$origin" --api-key-env THE_KEY --prompts text.txt --label 2026 --request-rate 5 --duration 1s
expect 0 'deeper/../text.txt' "$llmload" run deeper/p.json --dry-run
grep -q '"LABEL": "2026"' deeper/p.json || fail "a label is no number"
! grep -q CONCURRENT_LEVELS deeper/p.json || fail "levels beside a rate"
finished
