// Speeds of the tokenizers in npm packages that ours are compared with, one round of each: lines "WHAT NUMBER" for
// tokenizers_report.mjs, in MB/s, and in us for an output. CPU time of all threads, as in tokenizers.cpp.
//   node tokenizer_peers.mjs VOCABULARIES TEXTS
// Hugging Face's binding has no synchronous call; it is measured with encode() of one text and with encodeBatch()
// of 50, and the length of its encodings is read, not the ids. The others return the ids.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { loadHuggingFace, loadTiktoken, referenceFolder } from '../scripts/reference-tokenizers.mjs';

const [vocabularies, folder] = process.argv.slice(2);
const readTexts = (name) => fs.readFileSync(path.join(folder, name), 'utf8').split('\0').slice(0, -1);
const kinds = { prose: readTexts('prose'), mixed: readTexts('mixed') };
const outputs = readTexts('outputs');

const seconds = async (work) => {
  const begin = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1e6;
};

async function measure(vocabulary, name, count) {
  for (const [kind, texts] of Object.entries(kinds)) {
    await count(texts.slice(0, 100));  // compiles it, and fills its caches
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    console.log(`${vocabulary}/${kind}/${name} ${bytes / await seconds(() => count(texts)) / 1e6}`);
  }
}
async function measureOutputs(vocabulary, name, count) {
  await count(outputs.slice(0, 100));
  console.log(`${vocabulary}/output/${name} ${await seconds(() => count(outputs)) / outputs.length * 1e6}`);
}
const ofEach = (encode) => async (texts) => texts.reduce((sum, text) => sum + encode(text).length, 0);

const huggingFace = loadHuggingFace(vocabularies, 'llama3-json');
const options = { addSpecialTokens: false };
const oneByOne = async (texts) => {
  for (const text of texts) (await huggingFace.encode(text, null, options)).getLength();
};
const inBatches = async (texts) => {
  for (let at = 0; at < texts.length; at += 50) {
    for (const encoding of await huggingFace.encodeBatch(texts.slice(at, at + 50), options)) encoding.getLength();
  }
};
await measure('llama3', 'huggingface-encode', oneByOne);
await measure('llama3', 'huggingface-encodeBatch', inBatches);
await measureOutputs('llama3', 'huggingface-encode', oneByOne);

const tiktoken = loadTiktoken(vocabularies, 'llama3');
const byTiktoken = ofEach((text) => tiktoken.encode_ordinary(text));
await measure('llama3', 'tiktoken', byTiktoken);
await measureOutputs('llama3', 'tiktoken', byTiktoken);

const native = path.join(referenceFolder(vocabularies, 'tiktokenRs'), 'tiktoken-rs-node.linux-x64-gnu.node');
const cl100k = createRequire(import.meta.url)(native).getEncoding('cl100k_base');
await measure('cl100k', 'tiktoken-rs-node', ofEach((text) => cl100k.encode(text)));
