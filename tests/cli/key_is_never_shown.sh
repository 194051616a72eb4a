#!/usr/bin/env bash
# The key appears in nothing that a run prints or writes, at every verbosity, on every error path and in every form.
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

# A server repeats the key in each form, in each place: a stage is a place.
echo_key='sk-Abc/0123+456789=defGHIjkl'
if ! command -v python3 >/dev/null; then
  finished
  echo "SKIP the forms of the key: python3 is not installed"
  exit 77
fi
echoing=$checkout/tests/support/key_echo.py
mkfifo echoing
python3 "$echoing" serve "$echo_key" >echoing &
echoing_pid=$!
trap 'kill "$echoing_pid" 2>/dev/null || true; finish' EXIT
read -r line <echoing
places=$(python3 "$echoing" places)
levels=$(printf '1,%.0s' $(seq "$places"))
# What is looked at: the terminal of a run, of a plan and of a report, and all files.
for form in $(python3 "$echoing" forms); do
  parameters API_KEY "\"$echo_key\"" STREAM true REQUESTS_PER_LEVEL 1 CONCURRENT_LEVELS "[${levels%,}]" \
    MODEL_ENDPOINTS "\"${line#listening on }/$form/v1/chat/completions?key=$echo_key&api-version=1\"" CORES 1
  rm -rf results
  "$llmload" run parameters.json --dry-run >plan 2>&1 || fail "--dry-run: $(cat plan)"
  "$llmload" run parameters.json --output-dir results --records >out 2>err || true
  "$llmload" report results/records.jsonl >report 2>&1 || true
  stages=$(grep -c '^{"type":"request"' results/records.jsonl)
  [ "$stages" -eq "$places" ] || fail "$form: $stages places, not $places: $(cat err)"
  python3 "$echoing" check "$echo_key" plan out err report results/* || fail "as $form"
  runs=$((runs + 1))
done
echo "$runs runs looked at"
finished
