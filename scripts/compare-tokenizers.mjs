// Compares the ids of `llmload tokens`, and its counts, with the ids of the reference tokenizers on random texts.
// usage: node scripts/compare-tokenizers.mjs LLMLOAD VOCABULARIES [--texts N] [--seed S] [--seconds T] [--only NAMES]
// VOCABULARIES is what fetch-vocabularies made. N texts (default 20000) for each vocabulary; with --seconds as many
// rounds of that, each with a fresh seed, as begin in that time. NAMES: "llama3,qwen3".
// Exit code 0: no differences; 1: some; 2: wrong usage; 3: something is missing in VOCABULARIES.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { randomTexts } from './random-texts.mjs';
import { huggingFace, ranksOf, referenceFolder, sentencePiece, specs, tiktoken } from './reference-tokenizers.mjs';

const { values: options, positionals: [llmload, vocabularies] } = parseArgs({
  allowPositionals: true,
  options: {
    texts: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
  },
});
if (!vocabularies) {
  console.error('usage: compare-tokenizers.mjs LLMLOAD VOCABULARIES [--texts N] [--seed S] [--seconds T] [--only NAMES]');
  process.exit(2);
}

// The first reference's ids are those that all others, and ours, are compared with.
const compared = [
  { name: 'llama3', ours: ['llama3', 'llama3-json'], references: { huggingFace: 'llama3-json', tiktoken: 'llama3' } },
  { name: 'llama2', ours: ['llama2', 'llama2-json'], references: { huggingFace: 'llama2-json', sentencePiece: 'llama2' } },
  { name: 'o200k', ours: ['o200k', 'o200k-json'], references: { huggingFace: 'o200k-json', tiktoken: 'o200k' } },
  { name: 'cl100k', ours: ['cl100k', 'cl100k-json'], references: { huggingFace: 'cl100k-json', tiktoken: 'cl100k' } },
  ...['qwen3', 'mistral', 'tekken', 'gpt2'].map((name) => ({ name, ours: [name], references: { huggingFace: name } })),
];
const batchSize = 10000;  // of texts that are held at once

/** What `llmload tokens` prints for the texts, a line each. */
async function ours(folder, texts, ...flags) {
  const model = path.join(vocabularies, folder);
  const child = spawn(llmload, ['tokens', ...flags, '--model-path', model, '--jsonl', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => {});  // it ended early: its output is short, then
  child.stdin.end(texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
  return (await readAll(child.stdout)).trimEnd().split('\n');
}

const makers = { huggingFace, tiktoken, sentencePiece };

/** Each kind of comparison as a function of texts that returns what each source printed, the expected one first. */
async function sourcesOf({ name, ours: folders, references }, parsesSpecial) {
  const loaded = [];
  for (const [reference, folder] of Object.entries(references)) {
    loaded.push({ label: specs[reference], ids: await makers[reference](vocabularies, folder) });
  }
  const own = folders.map((folder) => ({ label: folder, ids: (texts) => ours(folder, texts, '--ids') }));
  const result = [{ name, sources: [...loaded, ...own], counted: folders[0] }];
  if (parsesSpecial) {
    const folder = references.huggingFace;
    result.push({ name: `${name}, special tokens parsed`, sources: [
      { label: specs.huggingFace, ids: huggingFace(vocabularies, folder, true) },
      { label: folder, ids: (texts) => ours(folder, texts, '--ids', '--parse-special') }] });
  }
  return result;
}

const tokensIn = (ids) => (ids === '[]' ? '0' : String(ids.split(',').length));

/** Prints the first differences; returns how many there are. */
async function compareBatch({ name, sources, counted }, texts, seed) {
  const results = await Promise.all(sources.map(({ ids }) => ids(texts)));
  const pairs = sources.slice(1).map(({ label }, i) => ({ label, expected: results[0], actual: results[i + 1] }));
  if (counted) {
    pairs.push({ label: `${counted}'s count`, expected: results[0].map(tokensIn), actual: await ours(counted, texts) });
  }
  let differences = 0;
  for (const { label, expected, actual } of pairs) {
    if (actual.length !== texts.length) throw Error(`${name}: ${label} gave ${actual.length} lines for ${texts.length} texts`);
    const differing = texts.flatMap((_, i) => (expected[i] === actual[i] ? [] : [i]));
    differences += differing.length;
    for (const i of differing.slice(0, 3)) {
      console.log(`${name}, seed ${seed}: ${label} differs from ${sources[0].label} on ${JSON.stringify(texts[i])}`);
      console.log(`  expected ${expected[i]}\n  actual   ${actual[i]}`);
    }
  }
  return differences;
}

async function compareVocabulary(vocabulary, { count, seed, words, deadline, parsesSpecial }) {
  const kinds = await sourcesOf(vocabulary, parsesSpecial);
  const next = randomTexts(seed, words);
  const differences = kinds.map(() => 0);
  let done = 0;
  while (done < count && Date.now() < deadline) {
    const texts = Array.from({ length: Math.min(batchSize, count - done) }, next);
    for (const [i, kind] of kinds.entries()) differences[i] += await compareBatch(kind, texts, seed);
    done += texts.length;
  }
  for (const [i, { name, sources, counted }] of kinds.entries()) {
    const labels = [...sources.slice(1).map(({ label }) => label), ...(counted ? [`${counted}'s count`] : [])];
    console.log(`${name}: ${differences[i]} differences in ${done} texts of seed ${seed}: ${labels.join(', ')} against ${sources[0].label}`);
  }
  return { texts: done * kinds.length, differences: differences.reduce((sum, number) => sum + number, 0) };
}

const wanted = options.only ? options.only.split(',') : compared.map(({ name }) => name);
const chosen = compared.filter(({ name }) => wanted.includes(name));
const missing = [...chosen.flatMap((each) => [...each.ours, ...Object.values(each.references)]).map((name) => path.join(vocabularies, name)),
  ...Object.keys(makers).map((name) => referenceFolder(vocabularies, name))].filter((folder) => !fs.existsSync(folder));
if (missing.length) {
  console.error(`compare-tokenizers: ${missing[0]} is not there: scripts/fetch-vocabularies makes it`);
  process.exit(3);
}

const parsesSpecial = execFileSync(llmload, ['tokens', '--help'], { encoding: 'utf8' }).includes('--parse-special');
if (!parsesSpecial) console.log('SKIP special tokens parsed: this llmload has no --parse-special');
const isText = (token) => Buffer.from(token, 'utf8').toString('utf8') === token && !token.includes('\ufffd');
const words = ranksOf(vocabularies, 'llama3').map((base64) => Buffer.from(base64, 'base64').toString('utf8')).filter(isText);
const started = Date.now();
const deadline = Number(options.seconds) ? started + 1000 * Number(options.seconds) : Infinity;
const total = { texts: 0, differences: 0 };
let seed = Number(options.seed);
do {
  for (const vocabulary of chosen) {
    if (Date.now() >= deadline) break;
    const result = await compareVocabulary(vocabulary, { count: Number(options.texts), seed, words, deadline, parsesSpecial });
    total.texts += result.texts;
    total.differences += result.differences;
  }
  ++seed;
} while (Number(options.seconds) && Date.now() < deadline);
console.log(`${total.differences} differences in ${total.texts} texts, ${((Date.now() - started) / 1000).toFixed(0)} s`);
process.exit(total.differences ? 1 : 0);
