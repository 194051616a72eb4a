// Medians of the rounds that benchmarks/tokenizers.sh ran, lines "WHAT NUMBER" on standard input, and the ratios of our
// speeds to others' beside the least that they should be. Exit code 1: some figure is beyond its limit.
import fs from 'node:fs';

const rounds = new Map();
for (const line of fs.readFileSync(0, 'utf8').trimEnd().split('\n')) {
  const at = line.lastIndexOf(' ');
  const what = line.slice(0, at);
  rounds.set(what, [...(rounds.get(what) ?? []), Number(line.slice(at + 1))]);
}
const medians = new Map([...rounds].map(([what, numbers]) => [what, numbers.sort((a, b) => a - b)[numbers.length >> 1]]));
const of = (what) => medians.get(what) ?? NaN;

let missed = 0;
const verdict = (fulfilled) => {
  if (fulfilled) return '';
  ++missed;
  return '   MISSED';
};
const table = (title, unit, pattern) => {
  console.log(`\n${title} (${unit}):`);
  for (const [what, number] of medians) {
    if (pattern.test(what)) console.log(`  ${what.padEnd(42)} ${number.toFixed(2).padStart(9)}`);
  }
};

table('Documents of 8 KB', 'MB/s', /\/(prose|mixed)\//);
table('An output of 256 tokens, one at a time', 'us', /\/output\//);
console.log('\nRatios:');
const ratio = (what, number, limit) => console.log(
  `  ${what.padEnd(52)} ${number.toFixed(1).padStart(6)}, at least ${limit}${verdict(number >= limit)}`);
for (const kind of ['prose', 'mixed']) {
  const faster = Math.max(of(`llama3/${kind}/huggingface-encode`), of(`llama3/${kind}/huggingface-encodeBatch`));
  ratio(`Llama 3, ${kind}, to Hugging Face's binding`, of(`llama3/${kind}/ours`) / faster, 20);
  ratio(`Llama 3, ${kind}, to tiktoken's WebAssembly`, of(`llama3/${kind}/ours`) / of(`llama3/${kind}/tiktoken`), 12);
  ratio(`cl100k, ${kind}, to tiktoken-rs-node`, of(`cl100k/${kind}/ours`) / of(`cl100k/${kind}/tiktoken-rs-node`), 5);
  ratio(`Llama 2, ${kind}, to libsentencepiece`, of(`llama2/${kind}/ours`) / of(`llama2/${kind}/libsentencepiece`), 7);
}
ratio("Llama 3, one output, to Hugging Face's binding", of('llama3/output/huggingface-encode') / of('llama3/output/ours'), 25);

const most = (what, number, limit) => console.log(`  ${what.padEnd(52)} ${number.toFixed(0).padStart(6)} ms, at most ${limit}${verdict(number <= limit)}`);
console.log('\nThe worst cases, of 1 MiB each:');
for (const [what, number] of medians) {
  const [vocabulary, part, name] = what.split('/');
  if (part === 'worst') most(`${vocabulary}, ${name}`, number, 200);
}
console.log('\nLoading:');
for (const [what, number] of medians) {
  if (what === 'llama3/load/ours') most('llama3', number, 60);
  else if (what.includes('/load/')) console.log(`  ${what.split('/')[0].padEnd(52)} ${number.toFixed(0).padStart(6)} ms`);
}
process.exit(missed ? 1 : 0);
