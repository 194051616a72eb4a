#!/usr/bin/env bash
# What `llmload simulate` says of the streams that it sent, and what becomes of its truth file.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"

# last_line CODE: stops the simulator, which must exit with CODE; its last line is in $line.
last_line() {
  local code=0
  kill "$simulator_pid"
  read -r line <&9
  wait "$simulator_pid" || code=$?
  simulator_pid=
  rm "$work/ready"
  [ $code -eq "$1" ] || fail "exit $code, not $1, of the simulator"
}
# stream: one streamed answer of 5 tokens, which goes into $work/events as it came.
stream() {
  local body='{"messages":[{"role":"user","content":"hi"}],"max_tokens":5,"stream":true}'
  exec 8<>"/dev/tcp/127.0.0.1/${origin##*:}"
  printf 'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: any\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' \
    ${#body} "$body" >&8
  cat <&8 >"$work/events"
  exec 8<&-
}

start_simulator "$llmload" --plain --ttft-ms 0 --gap-ms 1 --dialect azure-openai --tokens-per-event 2 --truth "$work/truth.jsonl"
stream
last_line 0
[ "$line" = "1 requests, 7 events on 1 connections" ] || fail "its last line: $line"
grep -q '^data: {.*"prompt_filter_results"' "$work/events" || fail "these are not Azure's events"
grep -Eqx '\{"id":"sim-1","received":[0-9]+,"events":\[\[[0-9]+,0\],\[[0-9]+,0\],\[[0-9]+,2,[0-9]+\],\[[0-9]+,2,[0-9]+\],\[[0-9]+,1,[0-9]+\],\[[0-9]+,0\],\[[0-9]+,0\]\],"done":[0-9]+\}' \
  "$work/truth.jsonl" || fail "the truth file: $(cat "$work/truth.jsonl")"

start_simulator "$llmload" --plain --ttft-ms 0 --gap-ms 0 --truth /dev/full 2>"$work/err"
stream
last_line 1
grep -q 'output lost: /dev/full: write failed' "$work/err" || fail "the lost truth file is not told"
[ "$line" = "1 requests, 7 events on 1 connections" ] || fail "its last line: $line"

start_simulator "$llmload" --plain --ttft-ms 0 --gap-ms 0 --fault http_500:0 --fault error_first
stream
last_line 0
[ "$line" = "1 requests, 1 events on 1 connections, 1 faults" ] || fail "its last line: $line"
grep -q '^data: {"error":' "$work/events" || fail "the fault did not come"

start_simulator "$llmload" --plain --ttft-ms 0 --gap-ms 0 --prefix-cache --prefix-cache-blocks 10
stream
last_line 0
grep -q '"prompt_tokens_details":{"cached_tokens":0}' "$work/events" || fail "usage does not say what was cached"

expect 0 '| `reset_body` | ' "$llmload" simulate --list-faults
expect 2 'there is no fault "reset_bodi"; there are: refused, ' "$llmload" simulate --fault reset_bodi
expect 2 'from 0 to 1' "$llmload" simulate --fault reset_body:2
expect 2 'tls_stall needs TLS' "$llmload" simulate --plain --fault tls_stall
expect 2 "can't be written" "$llmload" simulate --truth /no/such/folder/truth.jsonl
expect 2 'serverless' "$llmload" simulate --dialect llama
expect 2 'tokens-per-event' "$llmload" simulate --tokens-per-event 0
expect 2 'prefix-cache-blocks' "$llmload" simulate --prefix-cache-blocks 0
expect 2 'events-per-write' "$llmload" simulate --events-per-write 0
finished
