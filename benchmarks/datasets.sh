#!/usr/bin/env bash
# What large inputs cost. Made-up files, which are removed behind it:
#   rows    a trace of 16 million rows in Azure 2024's form, and a file of requests of 1 GB: how long until the first request,
#           as --dry-run shows it, and the peak memory.
#   trace   a trace of a million rows at a speed that gives 1,000 requests/s, of which the first SECONDS are sent as whole
#           answers, and streamed at 2,800 requests/s, 30,000 events/s: dispatch lag, verdict, and whether the lengths that
#           were sent are the rows'.
#   benchmarks/datasets.sh rows|trace MODEL_PATH [SECONDS]
# Needs the package time, 2 GB of disk in $TMPDIR, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
what=$1 model=$2 seconds=${3:-30}

# ROWS PER_SECOND: a trace of random lengths of up to 40 and 20 tokens, in $work/trace.csv.
write_trace() {
  python3 - "$1" "$2" >"$work/trace.csv" <<'PY'
import datetime, random, sys
rows, rate = int(sys.argv[1]), float(sys.argv[2])
random.seed(1)
print('TIMESTAMP,ContextTokens,GeneratedTokens')
begin, at, out = datetime.datetime(2024, 5, 10), 0.0, []
for i in range(rows):
    at += random.expovariate(rate)
    out.append(f'{begin + datetime.timedelta(seconds=at)}+00:00,{random.randint(5, 40)},{random.randint(1, 20)}\n')
    if len(out) == 100000:
        sys.stdout.write(''.join(out))
        out.clear()
sys.stdout.write(''.join(out))
PY
}

# NAME: prints what the last command on the client's core took.
print_cost() { awk -v n="$1" '{printf "%s: %s s, peak memory %.0f MB\n", n, $1, $2 / 1024}' "$work/cost"; }
timed() { taskset -c 0 /usr/bin/time -q -o "$work/cost" -f '%e %M' "$@"; }

cat >"$work/parameters.json" <<JSON
{ "MAX_NEW_TOKEN": 16, "CORES": 1, "MODEL_PATH": "$model", "API_KEY": "any",
  "MODEL_ENDPOINTS": "https://127.0.0.1:9/v1/chat/completions" }
JSON
if [ "$what" = rows ]; then
  write_trace 16000000 100
  timed "$llmload" run "$work/parameters.json" --dry-run --set "TRACE=$work/trace.csv" >/dev/null
  print_cost '16 million rows of a trace'
  rm "$work/trace.csv"
  python3 - >"$work/rows.jsonl" <<'PY'
import json
line = json.dumps({'messages': [{'role': 'user', 'content': 'What does a load test measure? ' * 30}], 'max_tokens': 64}) + '\n'
for _ in range(10 ** 9 // len(line) // 1000):
    print(line * 1000, end='')
PY
  timed "$llmload" run "$work/parameters.json" --dry-run --set "PROMPTS=$work/rows.jsonl" --concurrency 1 --num-requests 1000 >/dev/null
  print_cost '1 GB of requests on one core'
  /usr/bin/time -q -o "$work/cost" -f '%e %M' "$llmload" run "$work/parameters.json" --dry-run --set "PROMPTS=$work/rows.jsonl" \
    --concurrency 1 --num-requests 1000 >/dev/null
  print_cost '1 GB of requests on all cores'
  exit
fi

write_trace 1000000 1
start_server --ttft-ms 5 --gap-ms 0
sed -i "s#https://127.0.0.1:9#$origin#; s#\"CORES\"#\"CA_FILE\": \"ca.pem\", \"CORES\"#" "$work/parameters.json"
# NAME RATE [OPTION]...
replay() {
  local name=$1 rate=$2
  shift 2
  on_client_core "$llmload" run "$work/parameters.json" --quiet --records --output-dir "$work" --set "TRACE=$work/trace.csv" \
    --set "TRACE_SPEED=$rate" --num-requests "$((rate * seconds))" "$@" >/dev/null
  python3 - "$work" "$name" <<'PY'
import csv, itertools, json, sys
folder, name = sys.argv[1:]
s = json.load(open(f'{folder}/summary.json'))['stages'][0]
rows = [(int(r['ContextTokens']), int(r['GeneratedTokens'])) for r in itertools.islice(csv.DictReader(open(f'{folder}/trace.csv')), s['requests'])]
wrong = 0
for line in open(f'{folder}/records.jsonl'):
    r = json.loads(line)
    if r['type'] == 'request' and r['outcome'] == 'ok':
        wrong += rows[r['index']] != (r['prompt_tokens'], r['max_tokens'])
lag = s['own_error']['dispatch_lag_ms']['p99']
print(f"{name}: {s['requests']} requests, {s['failed']} failed, {s['requests_per_second']:.0f}/s, dispatch lag p99 {lag:.3f} ms,",
      'valid' if s['valid'] else f"not valid ({', '.join(r['code'] for r in s['invalid'])})", f'- {wrong} of other lengths than the rows')
PY
}
replay 'whole answers' 1000
replay 'streamed' 2800 --set STREAM=true
