#!/usr/bin/env bash
# What earlier runs left is not written over, and budgets end a run with what it has so far.
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
start_simulator "$llmload" --ttft-ms 0 --gap-ms 0
cd "$work"
echo '{ "25": "hello" }' >input.jsonl
price='{"input_per_million": 1000, "output_per_million": 1000, "currency": "EUR"}'
parameters PRICE "$price"
run=("$llmload" run parameters.json --quiet --records --output-dir results)

expect 0 'Cost: ' "${run[@]}" --label first
cp -r results copy
expect 0 '' "${run[@]}" --label second
[ "$(ls results | wc -l)" -eq 6 ] || fail "not two runs of three files: $(ls results)"
grep -q '"label":"second"' results/summary.json || fail "summary.json has no label"
for file in performance_metrics.csv summary.json records.jsonl; do
  aside=$(ls results/"${file%.*}".2*Z."${file##*.}")
  cmp -s "$aside" copy/"$file" || fail "$file of the first run has changed"
done
tail -1 results/performance_metrics.csv | grep -q ',second' || fail "the CSV has no label"
# A run that ends before it begins leaves all as it is.
ls results >before
expect 2 '/MODEL_ENDPOINTS' "${run[@]}" --endpoint nonsense
ls results | cmp -s - before || fail "wrong input has renamed results"
# Where the old one can't be renamed it stays, and the new one is lost.
if [ "$(id -u)" -ne 0 ]; then
  chmod a-w results
  expect 1 "can't be renamed" "${run[@]}"
  chmod u+w results
fi

# Budgets: no more requests than allowed; tokens and cost by what has ended; for all stages together.
expect 4 "limit not met: the run's 5 requests are used up" "${run[@]}" -c 2,4,8 --num-requests 4 --max-requests 5
node -e '
  const s = JSON.parse(require("fs").readFileSync("results/summary.json"));
  const begun = s.stages.reduce((sum, stage) => sum + stage.requests, 0);
  if (begun !== 5 || s.stages.length !== 2 || !s.ended_early || s.limits_not_met[0].code !== "max_requests")
    throw new Error(JSON.stringify([begun, s.stages.length, s.ended_early, s.limits_not_met]));' || fail "5 requests"
expect 0 '' "${run[@]}" -c 2 --num-requests 5 --max-requests 5
# Used up at the end of a stage: the next one is not begun.
expect 4 "the run's 4 requests are used up" "${run[@]}" -c 1,2,4 --num-requests 4 --max-requests 4
[ "$(grep -o '"stage":"' results/summary.json | wc -l)" -eq 1 ] || fail "a stage without room was begun"
expect 4 "the run's 100 tokens are used up" "${run[@]}" -c 2 --duration 60s --max-total-tokens 100
expect 4 "the run's 0.1 EUR are used up" "${run[@]}" --request-rate 200 --set CONCURRENT_LEVELS=[] --duration 60s --max-cost 0.1
expect 4 "the run's 0.1 EUR are used up" "$llmload" report results/records.jsonl
expect 4 "the run's 7 requests are used up" "${run[@]}" -c 2 --set WARMUP_REQUESTS=100 --duration 60s --max-requests 7
grep -v PRICE parameters.json >unpriced.json
expect 2 'needs a price' "$llmload" run unpriced.json --max-cost 1
finished
