#!/usr/bin/env bash
# A page of many requests: its size, what writing it takes beside the same report without it, and the time until a browser has
# drawn it, of five times the median.
#   benchmarks/html_report.sh [REQUESTS]      default 100000
# Needs build/release (scripts/demo builds it), and what the test "cli: html_report" has fetched into build/dev/page.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
[ -d build/dev/page/node_modules ] || { echo "build/dev/page is missing: run the test \"cli: html_report\" first" >&2; exit 2; }
requests=${1:-100000}
"$llmload" run --simulate --concurrency 64 --num-requests 64 --set STREAM=true --set MAX_NEW_TOKEN=1 --records --quiet \
  --output-dir "$work/run" >"$work/table" || [ $? -eq 3 ]
node tests/page/many_records.mjs "$work/run/records.jsonl" "$requests" >"$work/many.jsonl"

seconds() { /usr/bin/time -q -o "$work/time" -f %e "$@" >"$work/table" && cat "$work/time"; }
without=() with=() opened=()
for _ in 1 2 3 4 5; do
  without+=("$(seconds "$llmload" report "$work/many.jsonl")")
  with+=("$(seconds "$llmload" report "$work/many.jsonl" --html "$work/many.html")")
  opened+=("$(cd build/dev/page && node time_to_draw.mjs "$(command -v chromium)" "$work/many.html")")
done
echo "$requests requests: a page of $(stat -c %s "$work/many.html") bytes"
echo "report: $(median "${without[@]}") s, with the page $(median "${with[@]}") s"
echo "drawn by a browser: $(median "${opened[@]}") ms after it was asked for"
