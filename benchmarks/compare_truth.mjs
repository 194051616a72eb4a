// The client's arrival times (records.jsonl) beside the server's own stamps of its sends (docs/simulator.md, truth
// file): both are CLOCK_MONOTONIC of one machine.
//   node benchmarks/compare_truth.mjs RECORDS TRUTH     prints one line of JSON
// Errors are arrival - sent, in ms: of first tokens, and the absolute ones of the gaps between the arrivals that were
// not merged.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

async function* lines(file) {
  for await (const line of createInterface({ input: createReadStream(file) })) yield JSON.parse(line);
}

const sent = new Map();
for await (const { id, events } of lines(process.argv[3])) {
  sent.set(id, events.filter(([, tokens]) => tokens > 0).map(([ns]) => ns));
}

const stages = new Map();
const records = [];
for await (const line of lines(process.argv[2])) {
  if (line.type === "stage") stages.set(line.stage, line.started_at_ns);
  if (line.type === "request") records.push({ stage: line.stage, id: line.x_request_id, outcome: line.outcome, events: line.events ?? [] });
}

const first = [], gaps = [];
let events = 0, merged = 0, failed = 0;
for (const { stage, id, outcome, events: arrived } of records) {
  const truth = sent.get(id);
  if (outcome !== "ok" || !truth || truth.length !== arrived.length) {
    ++failed;
    continue;
  }
  const start = stages.get(stage);
  first.push((start + arrived[0][0] - truth[0]) / 1e6);
  for (let i = 1; i < arrived.length; ++i) {
    ++events;
    if (arrived[i][4]) ++merged;
    // A gap is known where neither of its ends shares a read with a later event.
    else if (!(arrived[i + 1]?.[4])) gaps.push(Math.abs(arrived[i][0] - arrived[i - 1][0] - (truth[i] - truth[i - 1])) / 1e6);
  }
}

const of = (samples) => {
  const sorted = Float64Array.from(samples, Math.abs).sort();
  const at = (q) => Number(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))].toFixed(3));
  return { n: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
};
console.log(JSON.stringify({ first_token_ms: of(first), gap_ms: of(gaps), merged_percent: Number((100 * merged / events).toFixed(3)), failed }));
