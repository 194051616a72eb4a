#!/usr/bin/env bash
# Ctrl-C ends each wait before and between requests: for the endpoint, for the first key, for a name before the run and in it. What is
# waited for never comes here, so a wait that can't be stopped does not end. Nor does every session look names up anew.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
command -v gcc >/dev/null || { echo "SKIP stopped_waits: gcc is not installed"; exit 77; }
start_simulator "$llmload" --ttft-ms 0 --gap-ms 0
cd "$work"
echo '{ "25": "hello" }' >input.jsonl
# getaddrinfo() hangs from its HANG_FROM-th call on, and makes the file `hangs`; it notes each call in the file `calls`,
# and knows no name where NAMES is "none".
cat >shim.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int getaddrinfo(const char* host, const char* port, const struct addrinfo* hints, struct addrinfo** found) {
  static int calls;
  int log = open("calls", O_CREAT | O_APPEND | O_WRONLY, 0600);
  write(log, "\n", 1);
  close(log);
  if (getenv("NAMES") && !strcmp(getenv("NAMES"), "none")) return EAI_NONAME;
  if (getenv("HANG_FROM") && __sync_add_and_fetch(&calls, 1) >= atoi(getenv("HANG_FROM"))) {
    close(open("hangs", O_CREAT | O_WRONLY, 0600));
    for (;;) pause();
  }
  int (*real)(const char*, const char*, const struct addrinfo*, struct addrinfo**) = dlsym(RTLD_NEXT, "getaddrinfo");
  return real(host, port, hints, found);
}
C
gcc -shared -fPIC -w -o shim.so shim.c -ldl
export ASAN_OPTIONS="verify_asan_link_order=0:${ASAN_OPTIONS:-}"

# stop_at FILE COMMAND...: a run that is interrupted when it has made FILE.
stop_at() {
  local file=$1 code=0
  shift
  rm -f "$file"
  "$@" >out 2>err &
  local pid=$!
  until [ -e "$file" ]; do
    kill -0 "$pid" 2>/dev/null || { fail "the run ended by itself: $*"; cat err; break; }
    read -rt 0.01 <> <(:) || true
  done
  kill -INT "$pid"
  wait "$pid" || code=$?
  [ "$code" -eq 130 ] || { fail "exit $code, not 130: $*"; cat err; }
}

parameters READY_TIMEOUT_SECONDS 86400 MODEL_ENDPOINTS '"https://127.0.0.1:1/v1/chat/completions"'
"$llmload" run parameters.json >out 2>err &
interrupt_at 'waiting until the endpoint answers' $!
expect 0 'Nothing was sent' "$llmload" run parameters.json --dry-run
expect 2 'is not ready: connect_failed' "$llmload" run parameters.json --set READY_TIMEOUT_SECONDS=0.05

parameters AUTH '{"command": "touch asked; sleep 1000"}'
stop_at asked "$llmload" run parameters.json --records
parameters
HANG_FROM=1 LD_PRELOAD=$PWD/shim.so stop_at hangs "$llmload" run parameters.json
HANG_FROM=20 LD_PRELOAD=$PWD/shim.so stop_at hangs "$llmload" run parameters.json --num-requests 1000 --records \
  --set CONNECTION=per-request
grep -q '"outcome":"cancelled"' records.jsonl || fail "no request was cancelled"
# Requests for which a name that hangs is looked up end by their own limit, too.
HANG_FROM=4 LD_PRELOAD=$PWD/shim.so expect 3 "" "$llmload" run parameters.json --num-requests 5 --records \
  --set CONNECTION=per-request --set REQUEST_TIMEOUT_SECONDS=0.2
grep -q '"outcome":"total_timeout"' records.jsonl || fail "no request has ended by its limit"

# Fifty sessions, of which each fails twice: a name is looked up once a second and shard at most, and not a hundred times.
for names in real none; do
  rm -f calls
  NAMES=$names LD_PRELOAD=$PWD/shim.so expect 3 "" "$llmload" run parameters.json --concurrency 50 --num-requests 50 \
    --set MODEL_ENDPOINTS=http://localhost:1/v1/chat/completions
  [ "$(wc -l <calls)" -le 40 ] || fail "$(wc -l <calls) look-ups, NAMES=$names"
done
finished
