// The tokenizers that ours are compared with, as fetch-vocabularies has put them under VOCABULARIES/npm. Each
// function takes that folder and returns a function from texts to their ids, one JSON list a text.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { packageFolder } from './npm-package.mjs';

export const specs = {
  huggingFace: 'tokenizers@0.23.2',
  tiktoken: 'tiktoken@1.0.22',
  sentencePiece: 'sentencepiece-js@1.1.0',
  tiktokenRs: 'tiktoken-rs-node-linux-x64-gnu@1.0.6',
};
const require = createRequire(import.meta.url);
export const referenceFolder = (vocabularies, name) => packageFolder(path.resolve(vocabularies, 'npm'), specs[name]);

/** Without `parseSpecial`, special tokens are plain text: they get a name that no text has, and keep their ids. */
export function loadHuggingFace(vocabularies, name, parseSpecial = false) {
  const { Tokenizer } = require(referenceFolder(vocabularies, 'huggingFace'));
  const document = JSON.parse(fs.readFileSync(path.join(vocabularies, name, 'tokenizer.json'), 'utf8'));
  for (const token of document.added_tokens) {
    if (token.special && !parseSpecial) token.content = `\u{10ffff}special ${token.id}\u{10ffff}`;
  }
  document.post_processor = null;
  return Tokenizer.fromString(JSON.stringify(document));
}

/** Hugging Face's tokenizers, in Rust. */
export function huggingFace(vocabularies, name, parseSpecial) {
  const tokenizer = loadHuggingFace(vocabularies, name, parseSpecial);
  return async (texts) => {
    const encodings = await tokenizer.encodeBatch(texts, { addSpecialTokens: false });
    return encodings.map((encoding) => JSON.stringify(encoding.getIds()));
  };
}

const contraction = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const tail = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const [prefix, upper, lower] =
  ['[^\\r\\n\\p{L}\\p{N}]?', '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]', '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]'];
const llama3 = `${contraction}|${prefix}\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${tail}`;
export const patterns = {
  llama3,
  cl100k: llama3,
  o200k: `${prefix}${upper}*${lower}+${contraction}?|${prefix}${upper}+${lower}*${contraction}?|` +
    `\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${tail}`,
};

/** The byte strings of a tiktoken file, in base64 and in the order of their ranks. */
export const ranksOf = (vocabularies, name) =>
  fs.readFileSync(path.join(vocabularies, name, 'tokenizer.model'), 'utf8').trimEnd().split('\n')
    .map((line) => line.split(' ')[0]);

/** OpenAI's tiktoken, its Rust as WebAssembly. */
export function loadTiktoken(vocabularies, name) {
  const { Tiktoken } = require(path.join(referenceFolder(vocabularies, 'tiktoken'), 'tiktoken.cjs'));
  return new Tiktoken(`! 0 ${ranksOf(vocabularies, name).join(' ')}`, {}, patterns[name]);
}

export function tiktoken(vocabularies, name) {
  const encoding = loadTiktoken(vocabularies, name);
  return async (texts) => texts.map((text) => `[${encoding.encode_ordinary(text).join()}]`);
}

/** Google's sentencepiece as WebAssembly. */
export async function sentencePiece(vocabularies, name) {
  const { SentencePieceProcessor } = require(path.join(referenceFolder(vocabularies, 'sentencePiece'), 'dist/index.js'));
  const processor = new SentencePieceProcessor();
  await processor.load(path.join(vocabularies, name, 'tokenizer.model'));
  return async (texts) => texts.map((text) => `[${processor.encodeIds(text).join()}]`);
}
