#!/usr/bin/env bash
# Where the system gives no more threads a run is refused with a clear line: it never hangs, and is never aborted.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null ||
  { echo "SKIP thread_limits: needs root, to be a user with a limit of processes"; exit 77; }
cp "$llmload" "$work/llmload"
cd "$work"
chmod 777 .
refused=0
# As nobody, who has no other process. The threads run out at each place in turn; 1 leaves none for a sanitizer.
for connection in keep-alive per-request; do
  for limit in $(seq 2 30); do
    code=0
    timeout -k 1 60 setpriv --reuid=65534 --regid=65534 --clear-groups bash -c "ulimit -u $limit; exec ./llmload run \
      --simulate --concurrency 2 --quiet --set CONNECTION=$connection" >out 2>err || code=$?
    [ "$code" -ne 3 ] || ! only_late err || code=0
    [ "$code" -eq 0 ] && break
    [ "$code" -eq 2 ] || fail "ulimit -u $limit, $connection: exit $code"
    grep -q 'cannot start a thread: .*ulimit -u' err || fail "ulimit -u $limit, $connection: $(tail -1 err)"
    refused=$((refused + 1))
  done
  [ "$code" -eq 0 ] || fail "$connection: no limit is enough: $(tail -1 err)"
done
[ "$refused" -ge 10 ] || fail "only $refused limits were too low: the threads ran out nowhere"
finished
