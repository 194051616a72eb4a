// Compares the ids of `llmload tokens` with those of the reference tokenizers on random texts: Hugging Face's
// tokenizers for each tokenizer.json, OpenAI's tiktoken for each tiktoken file that fetch-vocabularies made.
// usage: node scripts/compare-tokenizers.mjs LLMLOAD VOCABULARIES [TEXTS [SEED]]    (needs npm; 20000 texts)
// Exit code 0: no differences; 1: some; 3: no npm, or no network.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { NpmUnavailable, withPackage } from './npm-package.mjs';

const [llmload, vocabularies, count = '20000', seed = '1'] = process.argv.slice(2);
if (!vocabularies) {
  console.error('usage: node compare-tokenizers.mjs LLMLOAD VOCABULARIES [TEXTS [SEED]]');
  process.exit(2);
}

let state = Number(seed);
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor(state / 4294967296 * below);
};
const parts = ['the', ' of', 'ing', 'Hello', ' World', 'A', 'BC', 'e', "'", "'s", "'LL", "'re", '1', '23', '²',
  ' ', '  ', '\n', '\r\n', '\t', '/', '=', '!', '(', '-', '_', '\u00a0', '\u3000', '\u200b', '\ufeff', '\u0085',
  '測', '語', 'ж', 'Ж', 'é', 'e\u0301', '\u0301', '\u0316', 'ǅ', 'ʰ', 'ª', '🙂', '가', '\u1100', '\u1161', '\u11a8',
  '\u017f', '\u2028', '\u1e9b\u0323', '\u212b', 'http://', '<|eot_id|>', '<s>', '{"', '":'];
const anyCharacter = () => {
  for (;;) {
    const code = random(4) ? random(0x3000) : random(0x20000);
    if (code < 0xd800 || code >= 0xe000) return String.fromCodePoint(code);
  }
};
const texts = Array.from({ length: Number(count) }, () => Array.from({ length: 1 + random(16) },
  () => (random(5) ? parts[random(parts.length)] : anyCharacter())).join(''));

function ours(folder) {
  const file = path.join(os.tmpdir(), `llmload-texts-${process.pid}.jsonl`);
  fs.writeFileSync(file, texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
  try {
    const output = execFileSync(llmload, ['tokens', '--ids', '--model-path', folder, '--jsonl', file],
      { encoding: 'utf8', maxBuffer: 1 << 30 });
    return output.trimEnd().split('\n');
  } finally {
    fs.rmSync(file);
  }
}

/** Special tokens are plain text: the reference must not know that they are tokens. */
async function huggingFace(json) {
  return withPackage('tokenizers@0.23.2', async (unpacked) => {
    const { Tokenizer } = createRequire(import.meta.url)(unpacked);
    const document = JSON.parse(fs.readFileSync(json, 'utf8'));
    document.added_tokens = document.added_tokens.filter((token) => !token.special);
    document.post_processor = null;
    const plain = path.join(unpacked, 'plain.json');
    fs.writeFileSync(plain, JSON.stringify(document));
    const encodings = await Tokenizer.fromFile(plain).encodeBatch(texts, { addSpecialTokens: false });
    return encodings.map((encoding) => JSON.stringify([...encoding.getIds()]));
  });
}

const contraction = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const tail = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const llama3 = `${contraction}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${tail}`;
const [upper, lower] = ['[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]', '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]'];
const prefix = '[^\\r\\n\\p{L}\\p{N}]?';
const o200k = `${prefix}${upper}*${lower}+${contraction}?|${prefix}${upper}+${lower}*${contraction}?|` +
  `\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${tail}`;

async function tiktoken(file, pattern) {
  return withPackage('tiktoken@1.0.22', async (unpacked) => {
    const { Tiktoken } = await import(pathToFileURL(path.join(unpacked, 'tiktoken.cjs')));
    const tokens = fs.readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => line.split(' ')[0]);
    const encoding = new Tiktoken(`! 0 ${tokens.join(' ')}`, {}, pattern);
    return texts.map((text) => JSON.stringify([...encoding.encode_ordinary(text)]));
  });
}

const references = {
  llama3: (folder) => tiktoken(path.join(folder, 'tokenizer.model'), llama3),
  cl100k: (folder) => tiktoken(path.join(folder, 'tokenizer.model'), llama3),
  o200k: (folder) => tiktoken(path.join(folder, 'tokenizer.model'), o200k),
  qwen3: (folder) => huggingFace(path.join(folder, 'tokenizer.json')),
};

let failed = false;
try {
  for (const [name, reference] of Object.entries(references)) {
    const folder = path.join(vocabularies, name);
    if (!fs.existsSync(folder)) {
      console.log(`${name}: skipped, ${folder} is not there`);
      continue;
    }
    const [expected, actual] = [await reference(folder), ours(folder)];
    const differing = texts.filter((_, i) => expected[i] !== actual[i]);
    console.log(`${name}: ${differing.length} differences in ${texts.length} texts`);
    for (const text of differing.slice(0, 3)) console.log(`  ${JSON.stringify(text)}`);
    failed ||= differing.length > 0 || actual.length !== texts.length;
  }
} catch (error) {
  console.error(`compare-tokenizers: ${error.message}`);
  process.exit(error instanceof NpmUnavailable ? 3 : 1);
}
process.exit(failed ? 1 : 0);
