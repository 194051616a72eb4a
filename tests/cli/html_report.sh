#!/usr/bin/env bash
# `--html`: the page is written or the loss is told, and a browser finds summary.json's numbers in it, and nothing that runs or
# is fetched (tests/page).
set -euo pipefail
. "$(dirname "$0")/support.sh.inc"
cd "$work"

# Without a browser.
expect 0 "written: run/performance_metrics.csv, run/summary.json, run/records.jsonl, closed.html" \
  "$llmload" run --simulate --concurrency 1,2,8 --num-requests 24 --set STREAM=true --set MAX_NEW_TOKEN=8 \
  --records --output-dir run --html closed.html
grep -q 'Chart.js v' closed.html || fail "the charts' library, with its licence, is not in the page"
expect 0 "| 8 |" "$llmload" report run/records.jsonl --html again.html
without_urls() { sed 's/"endpoints":\[[^]]*\]/"endpoints":[]/g' "$1"; }  # which records don't have
cmp <(without_urls closed.html) <(without_urls again.html) || fail "the page of the records is another than the run's"
[ "$(grep -c '"endpoints":\["https' closed.html)" -eq 1 ] || fail "the run's page does not name the endpoint"
! grep -q 'simulated-key' closed.html || fail "the key is in the page"
expect 2 "--output-dir takes the files of one run" "$llmload" report run/records.jsonl run/records.jsonl --output-dir two
expect 2 "nowhere/a.html: can't be written" "$llmload" report run/records.jsonl --html nowhere/a.html
mkdir taken.html
expect 1 "taken.html: write failed" "$llmload" report run/records.jsonl --html taken.html
grep -q '^| 8 |' out || fail "the table went with the page"
expect 0 "" "$llmload" report run/records.jsonl run/records.jsonl --html two.html
[ "$(ls two*.html)" = two.html ] || fail "the first run's page was set aside for the second's: $(ls two*.html)"
[ "$(grep -c '^run/records.jsonl:$' out)" -eq 2 ] || fail "the tables of two files are not told apart"
head -n 30 run/records.jsonl >torn.jsonl
expect 1 "torn.jsonl: missing" "$llmload" report torn.jsonl --output-dir torn --html torn.html

skip() {
  echo "SKIP cli: html_report: $1"
  [ "$failures" -eq 0 ] && [ -z "${LLMLOAD_REQUIRE_NPM:-}" ] || exit 1
  exit 77
}
for tool in node npm chromium; do
  command -v "$tool" >/dev/null || skip "$tool is not installed"
done
# In the build folder, so that the checkout stays clean.
folder=$(dirname "$llmload")/../page
mkdir -p "$folder"
fetched=$folder/node_modules/fetched-for.json  # written last: an install that was cut short is done again
cp "$checkout"/tests/page/{.npmrc,package.json,package-lock.json,look.mjs,time_to_draw.mjs} "$folder"
if ! cmp -s "$folder/package-lock.json" "$fetched"; then
  (cd "$folder" && npm ci --loglevel=error) || skip "npm can't fetch playwright-core"
  cp "$folder/package-lock.json" "$fetched"
fi

# look PAGE SUMMARY...
look() {
  local page=$PWD/$1
  shift
  node "$folder/look.mjs" "$(command -v chromium)" "$page" "$@" || fail "the page, as above"
}
EXPECT_TEXT=SIMULATED look closed.html run/summary.json
look two.html run/summary.json run/summary.json
EXPECT_TEXT=INCOMPLETE look torn.html torn/summary.json

expect 0 "" "$llmload" run --simulate --request-rate 10,40 --set DURATION_SECONDS=1 --set WARMUP_SECONDS=0.3 --set STREAM=true \
  --set MAX_NEW_TOKEN=8 --set MAX_CONCURRENCY=1 --set 'WHEN_FULL="drop"' --output-dir open --html open.html
EXPECT_TEXT="were dropped" look open.html open/summary.json
expect 4 "" "$llmload" run --simulate --set CONCURRENT_LEVELS=[1,2] --set REQUEST_RATE=20 --num-requests 8 --set 'MODELS={"a": 1, "b": 1}' \
  --set 'FAIL_IF=["e2e_ms.p50 > 0.001"]' --set MAX_NEW_TOKEN=2 --output-dir mixed --html mixed.html
EXPECT_TEXT="LIMIT NOT MET" look mixed.html mixed/summary.json
expect 0 "" "$llmload" run --simulate --concurrency 1 --num-requests 1 --set MAX_NEW_TOKEN=2 --output-dir one --html one.html
look one.html one/summary.json
levels=$(seq -s, 1 50)
expect 0 "" "$llmload" run --simulate --concurrency "$levels" --num-requests 2 --set MAX_NEW_TOKEN=1 --output-dir fifty --html fifty.html
look fifty.html fifty/summary.json

# All failed, with texts that would like to be more.
start_simulator "$llmload" --ttft-ms 0 --gap-ms 0 --fault http_500
echo '{ "25": "hello" }' >input.jsonl
parameters API_KEY '"another-key"' MODEL '"<b>model</b>"'
expect 3 "" "$llmload" run parameters.json --concurrency 2 --num-requests 16 --records --output-dir failed --html failed.html
EXPECT_TEXT="No request was answered" look failed.html failed/summary.json
evil='<\/script><script>window.hacked=1<\/script><img src=x onerror=\\"window.hacked=2\\">{{data}}\\u202egnp.exe\\u0000'
sed -E "s/\"(error|tokens_from|prompts_from|host|outcome_text)\":\"[^\"]*\"/\"\1\":\"$evil\"/g; s/\"notes\":\[\]/\"notes\":[\"$evil\"]/" \
  failed/records.jsonl >evil.jsonl
[ "$(grep -c 'window.hacked' evil.jsonl)" -gt 4 ] || fail "the texts are not in the records"
expect 3 "" "$llmload" report evil.jsonl --output-dir evil --html evil.html
EXPECT_TEXT='</script><script>window.hacked=1</script><img src=x onerror="window.hacked=2">{{data}}' look evil.html evil/summary.json

# 100,000 requests.
expect 0 "" "$llmload" run --simulate --concurrency 64 --num-requests 64 --set STREAM=true --set MAX_NEW_TOKEN=1 --records --output-dir few
node "$checkout/tests/page/many_records.mjs" few/records.jsonl 100000 >many.jsonl
expect 0 "" "$llmload" report many.jsonl --output-dir many --html many.html
[ "$(stat -c %s many.html)" -le 5000000 ] || fail "a page of 100,000 requests has $(stat -c %s many.html) bytes"
look many.html many/summary.json
finished
