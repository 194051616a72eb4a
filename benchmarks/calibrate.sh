#!/usr/bin/env bash
# `llmload calibrate` at 1, 100 and 1,000 streams and at 1,000 requests a second, beside an independent comparison of the
# same records and truth files (compare_truth.mjs); then at 1,000 streams beside a process of equal priority that uses
# all of the client's core, which must not be valid.
#   benchmarks/calibrate.sh
# Needs node, perl, and build/release (scripts/demo builds it).
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/lib.sh
begin=$(date +%s)
"$llmload" calibrate --quiet --output-dir "$work/calibration" || [ $? -eq 3 ]
echo "took $(($(date +%s) - begin)) s"
for folder in 1-streams 100-streams 1000-streams 1000-requests-a-second; do
  echo "$folder, compared independently: $(node benchmarks/compare_truth.mjs "$work/calibration/$folder"/{records,truth}.jsonl)"
done

echo "Beside a process that uses all of the client's core:"
taskset -c 0 perl -e 'alarm 60; 1 while 1' &
other=$!
"$llmload" calibrate --concurrency 1000 --quiet || echo "exit code $?"
kill "$other"
wait "$other" 2>/dev/null || true
