// Writes a records file of a run with so many requests to standard output, as `run --records` would:
//   many_records.mjs RECORDS REQUESTS
// RECORDS: of a run with one stage, whose header, stage and end it takes. Answers are streamed; of 1,000
// requests one fails and one is slow.
import {readFileSync, writeFileSync} from "node:fs";

const [file, count] = [process.argv[2], Number(process.argv[3])];
const lines = readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const of = (type) => lines.find((line) => line.type === type);
let text = "";
function put(line, at_least = 1 << 20) {
  text += JSON.stringify(line) + "\n";
  if (text.length < at_least) return;
  writeFileSync(1, text);
  text = "";
}
put(of("header"));
put(of("stage_begin"));
const ms = 1e6;
let failed = 0;
for (let i = 0; i < count; ++i) {
  const start = Math.round(i * ms * 0.6), draw = (i * 7919) % 1000, slow = draw === 1 ? 40 : 1;
  const first = start + (20 + (draw % 37)) * ms * slow, gap = Math.round((2 + (draw % 11) / 10) * ms) * slow;
  const events = [0, 1, 2, 3].map((k) => [first + k * gap, k + 1, 0, 0, 0]), done = events[3][0];
  const request = {
    ...{type: "request", stage: 0, index: i, max_tokens: 4, shard: 0, endpoint: 0, measured: true},
    ...{dispatched_ns: start, send_began_ns: start + 1000, sent_ns: start + 2000, first_byte_ns: first},
    ...{headers_ns: first, time_source: "kernel", reconnects: 0, connection_reused: true, body_bytes: 400},
  };
  const ok = {
    ...{outcome: "ok", http_status: 200, first_event_ns: first, first_token_ns: first, last_token_ns: done},
    ...{finish_event_ns: done, done_ns: done, ended_ns: done, usage_prompt_tokens: 5, finish_reason: "stop"},
    ...{usage_completion_tokens: 4, streamed: true, first_token_merged: false, events, output: "abcd"},
  };
  const failure = {
    ...{outcome: "http_5xx", http_status: 500, ended_ns: first, streamed: false, first_token_merged: false},
    error: "HTTP 500",
  };
  failed += draw === 0 ? 1 : 0;
  put({...request, ...(draw === 0 ? failure : ok)});
}
const counts = {planned: count, begun: count, ok: count - failed, failed};
put({...of("stage"), ...counts});
put(of("end"), 0);
