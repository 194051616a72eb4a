// Makes the texts of benchmarks/tokenizers.sh, from what a Debian machine has, so that none need be kept here:
//   prose    English paragraphs of manual pages, licences, copyright files and READMEs
//   mixed    the same mixed with translated manual pages and messages of many languages, C headers and numbers
//   outputs  prose of exactly 256 tokens of Llama 3 each, as Hugging Face's tokenizers count
// No paragraph is there twice. Prose and mixed are documents of 8 KB, 8 MB each where there is so much; NUL
// separates the texts.      usage: node tokenizer_texts.mjs VOCABULARIES OUTPUT_FOLDER
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadHuggingFace } from '../scripts/reference-tokenizers.mjs';
import { randomNumbers } from '../scripts/random-texts.mjs';

const [vocabularies, folder] = process.argv.slice(2);
const [documentSize, documents] = [8192, 1000];
const random = randomNumbers(1);
const shuffled = (list) => {
  const result = [...list].sort();
  for (let i = result.length; i-- > 1;) {
    const j = random(i + 1);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
};

const find = (...args) => {
  const run = ['-L', ...args, '-type', 'f', '-print0'];
  try {
    return execFileSync('find', run, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] }).split('\0').filter(Boolean);
  } catch (error) {
    return (error.stdout ?? '').split('\0').filter(Boolean);  // a folder is not there
  }
};
const read = (file) => {
  const bytes = fs.readFileSync(file);
  return file.endsWith('.gz') ? gunzipSync(bytes).toString('utf8') : bytes.toString('utf8');
};
const joined = (lines) => lines.replace(/\s*\n\s*/g, ' ').trim();
const paragraphs = (text) => text.split(/\n\s*\n/).map(joined);
/** The running text of a manual page: what is between macros, without fonts and escapes. */
const pageParagraphs = (page) => page.split(/^(?:['.].*|\s*)$/m)
  .map((part) => joined(part.replace(/\\f\(?\w|\\f\[\w*\]|\\[&|^%c]|\\s[-+]?\d/g, '').replace(/\\-/g, '-').replace(/\\\((?:aq|cq)/g, "'").replace(/\\\((?:lq|rq)/g, '"')))
  .filter((part) => !part.includes('\\'));

const seen = new Set();
const fresh = (text) => !text.includes('\0') && !text.includes('\ufffd') && !seen.has(text) && seen.add(text);
const isProse = (text) => text.length > 120 && (text.match(/[a-z ]/g)?.length ?? 0) > 0.85 * text.length;

/** Yields paragraphs of shuffled files, not too many of any, until they run out. */
function* paragraphsOf(files, split, wanted) {
  for (const file of shuffled(files)) {
    let left = 20;
    for (const paragraph of split(read(file))) {
      if (left > 0 && wanted(paragraph) && fresh(paragraph)) {
        --left;
        yield paragraph;
      }
    }
  }
}

/** The translations in a .mo file of gettext. */
function messages(file) {
  const bytes = fs.readFileSync(file);
  if (bytes.length < 20 || bytes.readUInt32LE(0) !== 0x950412de) return [];
  const [count, table] = [bytes.readUInt32LE(8), bytes.readUInt32LE(16)];
  return Array.from({ length: count }, (_, i) => {
    const [size, offset] = [bytes.readUInt32LE(table + 8 * i), bytes.readUInt32LE(table + 8 * i + 4)];
    return bytes.toString('utf8', offset, offset + size);
  }).slice(1).filter((text) => text.length > 30 && fresh(text));
}
function* messageGroups() {
  for (const file of shuffled(find('/usr/share/locale', '-name', '*.mo'))) {
    const texts = messages(file);
    for (let i = 0; i + 8 <= texts.length && i < 40; i += 8) yield texts.slice(i, i + 8).join('\n');
  }
}

/** Half of a pair of surrogates, where a text was cut, becomes U+FFFD. */
const wellFormed = (text) => Buffer.from(text).toString();

function* code() {
  for (const file of shuffled(find('/usr/include', '-name', '*.h'))) {
    const text = read(file);
    for (let i = 0; i < 3 && 1500 * i < text.length; ++i) yield wellFormed(text.slice(1500 * i, 1500 * (i + 1)).replaceAll('\0', ''));
  }
}

function* numbers() {
  for (;;) {
    yield Array.from({ length: 20 }, (_, row) => [row, random(1e9), (random(1e6) / 1000).toFixed(3), `2024-${10 + random(3)}-${10 + random(19)}`,
      random(2) ? 'true' : 'null'].join(random(2) ? ',' : '\t')).join('\n');
  }
}

const manual = (language) => find(`/usr/share/man/${language}`, '-name', '*.[1-9]*.gz');
const pages = find('/usr/share/man', '-maxdepth', '2', '-path', '/usr/share/man/man[1-8]/*.gz');
const plain = [...find('/usr/share/common-licenses'), ...find('/usr/share/doc', '-name', 'copyright'),
  ...find('/usr/share/doc', '/usr/lib/node_modules', '-iname', 'README*')];
const translated = fs.readdirSync('/usr/share/man').filter((name) => !name.startsWith('man')).flatMap(manual);
function* english() {
  const sources = [paragraphsOf(pages, pageParagraphs, isProse), paragraphsOf(plain, paragraphs, isProse)];
  for (let open = true; open;) {
    open = false;
    for (const source of sources) {
      const { value, done } = source.next();
      if (!done) yield value;
      open ||= !done;
    }
  }
}

/** Documents of whole parts of the sources in turn, cut to size, until one of the sources runs out. */
function documentsOf(sources) {
  const result = [];
  const size = (text) => Buffer.byteLength(text);
  while (result.length < documents) {
    let text = '';
    while (size(text) < documentSize) {
      const { value, done } = sources[random(sources.length)].next();
      if (done) return result;
      text += `${value}\n\n`;
    }
    result.push(Buffer.from(text).subarray(0, documentSize).toString('utf8').replaceAll('\ufffd', ''));
  }
  return result;
}

/** 1000 texts of 256 tokens. */
async function outputsOf(prose) {
  const tokenizer = loadHuggingFace(vocabularies, 'llama3-json');
  const outputs = [];
  for (const text of prose) {
    const ids = (await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds();
    for (let at = 0; at + 256 <= ids.length && outputs.length < 1000; at += 256) {
      const output = await tokenizer.decode(ids.slice(at, at + 256), false);
      if ((await tokenizer.encode(output, null, { addSpecialTokens: false })).getLength() === 256) outputs.push(output);
    }
  }
  return outputs;
}

const write = (name, texts) => {
  if (texts.length < 100) throw Error(`only ${texts.length} texts for ${name}: this machine has too few manual pages and translations`);
  fs.writeFileSync(path.join(folder, name), texts.map((text) => `${text}\0`).join(''));
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  console.log(`${name}: ${texts.length} texts, ${(bytes / 1e6).toFixed(1)} MB`);
};
const prose = documentsOf([english()]);
write('prose', prose);
write('outputs', await outputsOf(prose));
seen.clear();
const translations = paragraphsOf(translated, pageParagraphs, (text) => text.length > 60);
write('mixed', documentsOf([english(), translations, messageGroups(), messageGroups(), code(), numbers()]));
