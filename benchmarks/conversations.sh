#!/usr/bin/env bash
# What histories cost: 1,000 users, conversations of 20 turns of 500 tokens (250 asked, 250 answered), streamed over TLS,
# from a simulated endpoint in a process of its own, without think times, where all turns behind answers that end
# together are wanted at once, and with them; and the same requests without a history. Then an open loop of 20 conversations
# a second, 5 turns of 4,000 tokens each: 100 requests a second, of up to 20,000 tokens. Prints of each the requests, the own
# error's p99 (dispatch lag, prepare lag, turnaround), and the peak memory.
#   benchmarks/conversations.sh MODEL_PATH
# Needs the package time, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
start_server --ttft-ms 1000 --gap-ms 8 --tokens-per-event 8
cat >"$work/parameters.json" <<JSON
{ "MAX_NEW_TOKEN": 250, "INPUT_TOKENS": 250, "CONCURRENT_LEVELS": [1000], "CORES": 1, "CA_FILE": "ca.pem", "STREAM": true,
  "MODEL_ENDPOINTS": "$origin/v1/chat/completions", "API_KEY": "any", "MODEL_PATH": "$1" }
JSON
# NAME [OPTION]...
measure() {
  local name=$1
  shift
  on_client_core "$llmload" run "$work/parameters.json" --quiet --output-dir "$work" "$@" >"$work/$name.txt"
  python3 - "$work/summary.json" <<'PY'
import json, sys
s = json.load(open(sys.argv[1]))['stages'][0]
own = {k: (v or {}).get('p99') for k, v in s['own_error'].items() if k in ('dispatch_lag_ms', 'prepare_lag_ms', 'turnaround_ms')}
print(f"{s['requests'] + s['outside_window']} requests, {s['failed']} failed, prompt {s['input_tokens_per_second'] and s['input_tokens_per_second'] / s['requests_per_second']:.0f} tokens,",
      ', '.join(f'{k} p99 {v:.3f}' for k, v in own.items() if v is not None), ', valid' if s['valid'] else f", not valid: {[r['code'] for r in s['invalid']]}")
PY
  awk -v n="$name" '{printf "%s: peak memory %.1f MB, CPU %.1f s\n", n, $3 / 1024, $1 + $2}' "$work/time"
}
measure "with history" --set 'CONVERSATION={"turns": 20}' --num-requests 1000
measure "with history and think times" --num-requests 1000 \
  --set 'CONVERSATION={"turns": 20, "think_seconds": {"lognormal": {"mean": 1, "sd": 1, "min": 0.05, "max": 20}}}'
measure "without" --num-requests 20000
measure "open loop" --set CONCURRENT_LEVELS=[] --set REQUEST_RATE=[20] --set DURATION_SECONDS=30 --set INPUT_TOKENS=4000 \
  --set 'CONVERSATION={"turns": 5, "think_seconds": 0.2}'
