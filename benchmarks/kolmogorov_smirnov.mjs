// The Kolmogorov-Smirnov distance between the gaps of sent requests (records.jsonl) and the exponential law of a rate,
// and the probability of one at least as large if the law holds (the asymptotic series).
//   node benchmarks/kolmogorov_smirnov.mjs RECORDS RATE
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

const sent = [];
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  const record = JSON.parse(line);
  if (record.type === "request" && record.sent_ns !== undefined) sent.push(record.sent_ns);
}
const rate = Number(process.argv[3]);
sent.sort((a, b) => a - b);
const gaps = sent.slice(1).map((at, i) => (at - sent[i]) / 1e9).sort((a, b) => a - b);

let distance = 0;
gaps.forEach((gap, i) => {
  const law = 1 - Math.exp(-rate * gap);
  distance = Math.max(distance, Math.abs(law - i / gaps.length), Math.abs((i + 1) / gaps.length - law));
});
const root = Math.sqrt(gaps.length);
const lambda = (root + 0.12 + 0.11 / root) * distance;
let p = 0;
for (let k = 1; k <= 100; ++k) p += 2 * (-1) ** (k - 1) * Math.exp(-2 * k * k * lambda * lambda);
console.log(`${sent.length} sent, distance ${distance.toFixed(5)}, p ${Math.min(1, Math.max(0, p)).toFixed(4)}`);
