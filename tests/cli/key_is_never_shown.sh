#!/usr/bin/env bash
# The key appears in nothing that a run prints or writes, at every verbosity and on every error path.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
key='k3y-0f-4-v3ry-s3cr3t-us3r'
start_simulator "$llmload" --ttft-ms 0 --gap-ms 0 --api-key another-key
cd "$work"
echo '{ "25": "hello" }' >input.jsonl
runs=0

# Runs with the key in place, and looks for it in all that came of it.
look() {
  local code=$1
  shift
  rm -rf results
  expect "$code" "" "$llmload" run parameters.json --output-dir results "$@"
  if grep -rqF -- "$key" out err results 2>/dev/null; then
    fail "the key is in: $(grep -rlF -- "$key" out err results)  ($*)"
  fi
  runs=$((runs + 1))
}

export SECRET=$key
printf '%s\n' "$key" >key.txt
for form in "\"$key\"" "\"Bearer $key\"" '"env:SECRET"' '"file:key.txt"'; do
  for auth in auto bearer raw api-key; do
    parameters API_KEY "$form" AUTH "\"$auth\""
    look 3  # the simulator's 401 echoes what it got
    look 3 --quiet
  done
done
parameters API_KEY "\"$key\""
look 3 --set CONNECTION=per-request
look 3 --set 'MODEL_ENDPOINTS=http://127.0.0.1:1/v1/chat/completions'
look 3 --set 'MODEL_ENDPOINTS=https://no-such-host.invalid/v1/chat/completions'
look 3 --set "MODEL_ENDPOINTS=$origin/v1/chat/completions?key=$key"
look 3 --set TLS_VERIFY=false
look 3 --set "EXTRA_HEADERS={\"X-Key\": \"$key\"}" --set API_KEY=other-key
look 3 --set REQUEST_TIMEOUT_SECONDS=0.001
look 3 --set "API_KEY=$key
"  # taken off
# Wrong input around the key.
look 2 --set "API_KEY=$key
$key"
look 2 --set "API_KEYS=$key"
look 3 --set "API_KEY={\"$key\": 1}"
look 2 --set "MODEL_ENDPOINTS=https://$key@127.0.0.1/v1/chat/completions"
look 2 --set "EXTRA_HEADERS=$key"
look 2 --set "EXTRA_HEADERS={\"X-Key\": [\"$key\"]}"
look 2 --set "AUTH=none of these" --set "API_KEY=$key"
printf '{ "API_KEY": "%s" oops }' "$key" >parameters.json
look 2
expect 0 "" "$llmload" run --help
! grep -qF -- "$key" out || fail "the key is in --help"
echo "$runs runs looked at"
finished
