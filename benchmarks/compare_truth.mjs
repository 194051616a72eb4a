// The client's arrival times (records.jsonl) beside the server's own stamps of its sends (docs/simulator.md, truth
// file): both are CLOCK_MONOTONIC of one machine.
//   node benchmarks/compare_truth.mjs RECORDS TRUTH     prints one line of JSON
// Errors are absolute, in ms: arrival - sent of first tokens and of the ends of answers, our stamp of a request's end - its
// arrival there, and of the gaps between the arrivals that were not merged. Percentiles are numpy's linear ones.
// Of events that came in a read with others behind them the arrival is known within bounds: how many of these are there,
// the p99 of their width, and the share whose send lies within them. An event is under way for some microseconds, so one
// that was sent just before the lower bound and came just behind it is outside by that much: both shares are printed,
// within the bounds to the nanosecond, and within 50 us of them.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

async function* lines(file) {
  for await (const line of createInterface({ input: createReadStream(file) })) yield JSON.parse(line);
}

const sent = new Map();
for await (const { id, received, events, done } of lines(process.argv[3])) {
  sent.set(id, { received, done, events: events.filter(([, tokens]) => tokens > 0).map(([ns]) => ns) });
}

const stages = new Map();
const records = [];
for await (const line of lines(process.argv[2])) {
  if (line.type === "stage") stages.set(line.stage, line.started_at_ns);
  if (line.type === "request") records.push({ ...line, events: line.events ?? [] });
}

const first = [], gaps = [], ends = [], requests = [];
const widths = [];
let inside = 0, nearly = 0;
let events = 0, merged = 0, failed = 0;
for (const { stage, x_request_id, outcome, events: arrived, bounds, sent_ns, done_ns } of records) {
  const answer = sent.get(x_request_id), truth = answer?.events;
  if (outcome !== "ok" || !truth || truth.length !== arrived.length) {
    ++failed;
    continue;
  }
  const start = stages.get(stage);
  requests.push((start + sent_ns - answer.received) / 1e6);
  ends.push((start + done_ns - answer.done) / 1e6);
  for (const [from, count, earliest] of bounds ?? []) {
    for (let i = from; i < from + count; ++i) {
      widths.push((arrived[i][0] - earliest) / 1e6);
      if (truth[i] > start + arrived[i][0]) continue;
      if (truth[i] >= start + earliest) ++inside;
      if (truth[i] >= start + earliest - 50e3) ++nearly;
    }
  }
  if (arrived.length) first.push((start + arrived[0][0] - truth[0]) / 1e6);
  for (let i = 1; i < arrived.length; ++i) {
    ++events;
    if (arrived[i][4]) ++merged;
    // A gap is known where neither of its ends shares a read with a later event.
    else if (!(arrived[i + 1]?.[4])) gaps.push(Math.abs(arrived[i][0] - arrived[i - 1][0] - (truth[i] - truth[i - 1])) / 1e6);
  }
}

const of = (samples) => {
  const sorted = Float64Array.from(samples, Math.abs).sort();
  const at = (q) => {
    const h = (sorted.length - 1) * q, below = Math.floor(h), above = Math.min(below + 1, sorted.length - 1);
    return Number((sorted[below] + (h - below) * (sorted[above] - sorted[below])).toFixed(3));
  };
  return { n: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
};
const percent = (count) => (widths.length ? Number((100 * count / widths.length).toFixed(3)) : null);
console.log(JSON.stringify({ first_token_ms: of(first), gap_ms: of(gaps), e2e_ms: of(ends), sent_ms: of(requests), merged_percent: Number((100 * merged / events).toFixed(3)),
  bounds: { ...of(widths), inside_percent: percent(inside), within_50_us_percent: percent(nearly) }, failed }));
