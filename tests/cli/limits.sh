#!/usr/bin/env bash
# What is refused or told before any traffic, keys from a command, and a run that is killed.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
start_simulator "$llmload" --ttft-ms 0 --gap-ms 0 --api-key the-second-key-0815
cd "$work"
echo '{ "25": "hello" }' >input.jsonl

# A dry run prints what the plan takes, and sends nothing: nobody listens here.
origin=https://127.0.0.1:1 parameters QUOTA '{"tokens_per_minute": 6000}' PRICE '{"input_per_million": 1, "output_per_million": 2}'
expect 0 'Nothing was sent.' "$llmload" run parameters.json --dry-run
grep -q '^| 2 concurrent | 2 | .* USD\|^| 2 concurrent | 2 | ' out || fail "no row for the second level"
grep -q 'Most Cost (USD)' out || fail "no cost"
[ ! -e summary.json ] || fail "a dry run writes outputs"
expect 0 'does not fit into the quota of 6000 tokens a minute' "$llmload" run parameters.json --dry-run \
  --set CONCURRENT_LEVELS=[] --request-rate 100 --set DURATION_SECONDS=10 --set ARRIVAL=constant

# Keys in the open, and plans that the machine has no room for.
origin=http://llm.example parameters
expect 2 'ALLOW_PLAINTEXT_KEY' "$llmload" run parameters.json
expect 0 'Nothing was sent.' "$llmload" run parameters.json --dry-run --set ALLOW_PLAINTEXT_KEY=true
origin=http://127.0.0.1:1 parameters
expect 0 'Nothing was sent.' "$llmload" run parameters.json --dry-run
parameters
(
  ulimit -n 60
  expect 2 'file descriptors, and there are' "$llmload" run parameters.json --set CONCURRENT_LEVELS=[100]
  expect 2 'file descriptors, and there are' "$llmload" run parameters.json --set CONCURRENT_LEVELS=[100] --dry-run
  [ "$failures" -eq 0 ]
) || fail "descriptors"
HTTPS_PROXY=socks5://user:hidden@proxy:1 expect 2 'HTTPS_PROXY' "$llmload" run parameters.json --set MODEL_ENDPOINTS=https://llm.example/v1/completions
! grep -q hidden err || fail "the proxy's password is shown"

# The key of a command: the first one is refused, and the command is run again.
printf the-first-key-4711 >key
cat >next-key <<'SH'
#!/bin/sh
cat key
printf the-second-key-0815 >key
SH
chmod +x next-key
parameters AUTH '{"command": ["./next-key"]}'
expect 0 "" "$llmload" run parameters.json --records
! grep -qE 'the-(first|second)-key' out err summary.json records.jsonl performance_metrics.csv || fail "a command's key is shown"
! grep -q 'next-key' summary.json || fail "the command is shown"
expect 2 'it exits with 7' "$llmload" run parameters.json --set 'AUTH={"command": "exit 7"}'

# Conditions that no stage may meet: exit 4, of `report`, too; what is no condition, or of no stage of the run, is told before it.
parameters API_KEY '"the-second-key-0815"' FAIL_IF '["failed > 0", "e2e_ms.p95 < 0"]'
expect 0 "" "$llmload" run parameters.json
grep -q '"limits_not_met":\[\]' summary.json || fail "limits that were met are not told"
expect 4 'limit not met: at 2 concurrent: ok is 2, and the run is to fail if ok > 1' \
  "$llmload" run parameters.json --set FAIL_IF='ok > 1' --records
expect 4 'limit not met: at 2 concurrent: ok is 2' "$llmload" report records.jsonl
grep -q '"limits_not_met":\[{"code":"fail_if","value":2E0,"limit":1E0' summary.json || fail "summary.json lacks the limit"
expect 4 'ttft_ms.p95 has no value' "$llmload" run parameters.json --set FAIL_IF='ttft_ms.p95 > 800'
expect 2 'did you mean "ttft_ms"?' "$llmload" run parameters.json --set FAIL_IF='ttft.p95 > 800'
expect 2 '/FAIL_IF: speaks of a stage "3"' "$llmload" run parameters.json --set FAIL_IF='ok < 1 at 3'

# A stage that is a dead end ends the run: the second one is not begun.
expect 3 'The run ended early' "$llmload" run parameters.json --set API_KEY=another-key-0816
expect 3 'The run ended early' "$llmload" run parameters.json --set MODEL_ENDPOINTS=https://127.0.0.1:1/v1/chat/completions
grep -q '"connect_failed":1}' summary.json || fail "the outcome is not told"
[ "$(grep -o '"stage":"' summary.json | wc -l)" -eq 1 ] || fail "a second stage was begun"

# Killed at once, a run has what was counted until then in records.jsonl.
parameters API_KEY '"the-second-key-0815"' DURATION_SECONDS 60
"$llmload" run parameters.json --quiet --records --output-dir killed >/dev/null 2>&1 &
pid=$!
until [ "$(cat killed/records.jsonl 2>/dev/null | wc -l)" -gt 500 ]; do
  kill -0 "$pid" || { fail "the run ended by itself"; break; }
  read -rt 0.05 <> <(:) || true
done
kill -9 "$pid"
wait "$pid" || true
lines=$(grep -c '"type":"request"' killed/records.jsonl)
[ "$lines" -ge 499 ] || fail "only $lines requests are left"
expect 1 'the file ends within this stage' "$llmload" report killed/records.jsonl
finished
