#!/usr/bin/env bash
# Bad input: exit 2 before any traffic, and a message that names the file, the place and what is allowed.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
start_simulator "$llmload" --ttft-ms 0 --gap-ms 0
cd "$work"
echo '{ "25": "hello" }' >input.jsonl

run() { expect 2 "$1" "$llmload" run parameters.json "${@:2}"; }

rm -f parameters.json
run 'parameters.json: can'"'"'t be read'
printf '{ "API_KEY": "k",\n  oops }' >parameters.json
run 'invalid JSON at line 2, column 3'
: >parameters.json
run 'invalid JSON'
echo '[]' >parameters.json
run 'must be a JSON object'

while IFS='|' read -r key value text; do
  parameters "$key" "$value"
  run "$text"
done <<'ROWS'
CONCURRENT_LEVEL|[1]|/CONCURRENT_LEVEL: is no key of llmload; did you mean CONCURRENT_LEVELS?
CONCURRENT_LEVELS|[]|CONCURRENT_LEVELS is missing: a list such as [1, 2, 4]
CONCURRENT_LEVELS|[1, 0]|/CONCURRENT_LEVELS/1: is 0; it must be a whole number from 1 to
CONCURRENT_LEVELS|[-3]|/CONCURRENT_LEVELS/0: is -3; it must be a whole number from 1 to
CONCURRENT_LEVELS|[1e300]|it must be a whole number from 1 to
CONCURRENT_LEVELS|7|it must be a list
MAX_NEW_TOKEN|"256"|/MAX_NEW_TOKEN: is "256"; it must be a whole number
MAX_NEW_TOKEN|2.5|it must be a whole number
TEMPERATURE|-1|/TEMPERATURE: is -1; it must be a number from 0 to 100
CONNECTION|"keepalive"|one of "keep-alive", "per-request"
AUTH|"basic"|one of "auto", "bearer", "raw", "api-key", "none"
MODEL_ENDPOINTS|"localhost/v1/chat/completions"|it must begin with https:// or http://
MODEL_ENDPOINTS|"https://host/v1/embeddings"|its path must end in chat/completions
MODEL_ENDPOINTS|["https://a/v1/completions", "https://b/chat/completions"]|/MODEL_ENDPOINTS/1: mixes
MODEL_ENDPOINTS|"https://your-endpoint.inference.ai.azure.com/v1/chat/completions"|placeholder
API_KEY|"your-auth-key"|/API_KEY: still is the example's placeholder
API_KEY|"two\r\nX-Lines: 1"|/API_KEY: holds a line break
API_KEY|"env:NOT_SET_ANYWHERE"|NOT_SET_ANYWHERE, which is not set
API_KEY|"file:no-such-file"|no-such-file: can't be read
API_KEY|""|/API_KEY: is empty
EXTRA_HEADERS|{"X-A": "1\r\nHost: evil"}|/EXTRA_HEADERS/X-A: holds a line break
EXTRA_HEADERS|{"Content-Length": "1"}|is set by llmload itself
EXTRA_BODY|[1]|it must be an object
CA_FILE|"no.pem"|no.pem: can't be read
CLIENT_CERT|"no.pem"|no.pem: can't be read
CLIENT_CERT|"ca.pem"|/CLIENT_KEY: is missing
CLIENT_KEY|"ca.pem"|holds no private key in PEM form, but CERTIFICATE
PROMPTS|"no.jsonl"|no.jsonl: can't be read
REQUEST_TIMEOUT_SECONDS|0|it must be a number from
ROWS

parameters
sed -i 's/"API_KEY": "any-key-will-do",//' parameters.json
run 'API_KEY is missing'
parameters
sed -i 's/"MODEL_ENDPOINTS"[^,]*,//' parameters.json
run 'MODEL_ENDPOINTS is missing'
parameters CA_FILE '"input.jsonl"'
run 'no certificate'
parameters
: >input.jsonl
run 'input.jsonl: holds no prompt'
echo '{ "25": "hello" }' >input.jsonl
printf 'broken\n' >model
run 'model' --set MODEL_PATH=./model
run 'did you mean SEED' --set SEDE=1
run 'KEY=VALUE' --set SEED
run "can't be made: No such file or directory" --output-dir /proc/no/such
expect 2 '' "$llmload" run --no-such-flag
expect 2 '' "$llmload" walk
expect 2 '' "$llmload"
expect 0 'Usage' "$llmload" --help
expect 2 'loopback' "$llmload" simulate --address 192.0.2.1
expect 2 "can't listen" "$llmload" simulate --port "${origin##*:}"

kill "$simulator_pid"
read -r line <&9
[ "$line" = "0 requests, 0 events on 0 connections" ] || fail "there was traffic: $line"
finished
