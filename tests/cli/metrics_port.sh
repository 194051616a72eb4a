#!/usr/bin/env bash
# What `run --metrics-port` serves while it runs: promtool finds it right, and a real Prometheus scrapes it.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"

# get PATH: of the run's port, into $work/page; its status is in $status.
get() {
  local line
  exec 8<>"/dev/tcp/127.0.0.1/$port" || return 1
  printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$1" >&8
  cat <&8 | tr -d '\r' >"$work/answer"
  exec 8<&-
  read -r _ status line <"$work/answer"
  sed '1,/^$/d' "$work/answer" >"$work/page"
}
# begin_run ARGUMENT...: in the background, with what it says in ./err; waits until it tells its port.
begin_run() {
  "$llmload" run parameters.json --quiet --metrics-port 0 "$@" >/dev/null 2>err &
  run_pid=$!
  until port=$(sed -n 's,^metrics: http://127.0.0.1:\([0-9]*\)/metrics$,\1,p' err) && [ -n "$port" ]; do
    kill -0 $run_pid || { cat err; fail "the run does not tell its port"; finished; exit 1; }
    read -rt 0.01 <> <(:) || true
  done
}
# end_run: as Ctrl-C does.
end_run() {
  kill -INT $run_pid
  wait $run_pid || true
}

start_simulator "$llmload" --ttft-ms 1 --gap-ms 1 --prefix-cache
cd "$work"
printf '{ "25": "%s" }' "$(printf 'hello %.0s' {1..40})" >input.jsonl  # blocks of the prefix cache are of 16 words
# The first stage ends, the second one is there for two minutes and a half.
parameters CONCURRENT_LEVELS '[2]' REQUESTS_PER_LEVEL 300 STREAM true REQUEST_RATE '[2]' \
  MAX_CONCURRENCY 50 GOODPUT '{"e2e_ms": 1000}'
begin_run
until get /metrics && grep -q '^llmload_requests_total{stage="1",.*outcome="ok"} [1-9]' page; do
  kill -0 $run_pid || { cat err; fail "the run ended by itself"; break; }
  read -rt 0.05 <> <(:) || true
done
grep -q '^llmload_requests_total{stage="0",load="2 concurrent",outcome="ok"} 300$' page || fail "the first stage's requests"
grep -q '^llmload_ttft_seconds_bucket{stage="0",load="2 concurrent",le="+Inf"} 300$' page || fail "the first stage's TTFT"
grep -Eq '^llmload_stage_valid\{stage="0",load="2 concurrent"\} [01]$' page || fail "the first stage's validity"
grep -q '^llmload_own_error_p99_seconds{stage="0",load="2 concurrent",lag="loop"} ' page || fail "the first stage's own error"
grep -q '^llmload_stage_running{stage="1",' page || fail "the second stage"
! grep -q 'any-key-will-do' answer || fail "the key is served"
get / && [ "$status" = 404 ] || fail "another page has status $status"
parameters CONCURRENT_LEVELS '[1]'
expect 2 "--metrics-port: cannot listen on 127.0.0.1:$port" "$llmload" run parameters.json --metrics-port "$port" --output-dir taken
[ ! -e taken ] || fail "a run whose port is taken has begun"
expect 2 'is no IP address' "$llmload" run parameters.json --metrics-port 0 --metrics-address 127.0.0.1,0.0.0.0
expect 2 '--metrics-port' "$llmload" run parameters.json --metrics-port 65536

if ! { command -v promtool && command -v prometheus; } >/dev/null; then
  end_run
  [ -z "${LLMLOAD_REQUIRE_NPM:-}" ] || fail "prometheus is not installed (scripts/setup tests)"
  echo "SKIP what promtool and prometheus say: they are not installed (scripts/setup tests)"
  finished
  exit
fi

get /metrics
promtool check metrics <page >lint 2>&1 || { cat lint; fail "promtool finds the page wrong"; }
# Each expression of the dashboard, as a rule.
python3 - "$checkout/docs/grafana/llmload.json" >rules.yml <<'END'
import json, sys
panels = json.load(open(sys.argv[1]))["panels"]
expressions = [target["expr"] for panel in panels for target in panel.get("targets", [])]
rules = [{"record": f"panel:{i}", "expr": e.replace("$__rate_interval", "2s").replace("$instance", ".*")}
         for i, e in enumerate(expressions)]
print(json.dumps({"groups": [{"name": "dashboard", "interval": "1s", "rules": rules}]}))
END
promtool check rules rules.yml >lint 2>&1 || { cat lint; fail "promtool finds an expression of the dashboard wrong"; }

# Run and server are scraped, and the dashboard's expressions, but for those of stages that are not valid, have values.
cat >prometheus.yml <<END
global: {scrape_interval: 500ms, scrape_timeout: 500ms}
rule_files: [rules.yml]
scrape_configs:
  - {job_name: llmload, static_configs: [{targets: ["127.0.0.1:$port"]}]}
  - {job_name: server, scheme: https, tls_config: {ca_file: ca.pem}, static_configs: [{targets: ["${origin#https://}"]}]}
END
prometheus --config.file=prometheus.yml --storage.tsdb.path=tsdb --web.listen-address=127.0.0.1:0 >prometheus.log 2>&1 &
prometheus_pid=$!
trap 'kill $prometheus_pid 2>/dev/null || true; finish' EXIT
until server=$(sed -n 's/.*msg="Listening on" address=//p' prometheus.log) && [ -n "$server" ]; do
  kill -0 $prometheus_pid || { cat prometheus.log; fail "Prometheus does not listen"; break; }
  read -rt 0.05 <> <(:) || true
done
python3 - "http://$server" rules.yml $prometheus_pid >lint 2>&1 <<'END' || { cat lint; tail -5 prometheus.log; fail "Prometheus has no values"; }
import json, os, sys, time, urllib.parse, urllib.request
url, rules, pid = sys.argv[1], json.load(open(sys.argv[2])), int(sys.argv[3])
wanted = {r["record"]: r["expr"] for r in rules["groups"][0]["rules"]
          if not any(part in r["expr"] for part in ("stage_invalid_info",))}
for _ in range(600):
    os.kill(pid, 0)
    try:
        query = urllib.parse.urlencode({"query": '{__name__=~"panel:.*"}'})
        found = json.load(urllib.request.urlopen(f"{url}/api/v1/query?{query}"))["data"]["result"]
        missing = {k: v for k, v in wanted.items() if k not in {series["metric"]["__name__"] for series in found}}
        if not missing:
            sys.exit(0)
    except OSError:  # it is not up yet
        missing = wanted
    time.sleep(0.1)
sys.exit(f"no value of {missing}")
END
kill $prometheus_pid
wait $prometheus_pid || true
end_run
finished
