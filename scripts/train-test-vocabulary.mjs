// Trains the two tiny vocabularies of the unit tests, on and next to tests/data/tokenize/training_text.txt:
//   tiny.tiktoken  byte-level BPE behind the pre-tokenizer of Llama 3: 256 bytes and 344 merges
//   tiny.model     SentencePiece BPE with bytes for unknown characters, and the normalization of Llama 2
// usage: node scripts/train-test-vocabulary.mjs      (needs spm_train, of the Debian package sentencepiece)
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = path.join(root, 'tests/data/tokenize');
const text = fs.readFileSync(path.join(folder, 'training_text.txt'), 'utf8');
const ranks = 600;

// Exact for this text only: it has no contractions in capitals, and no characters in which JavaScript's \s
// and Unicode version differ from the reference tokenizers'.
const llama3 = new RegExp([
  "'(?:s|t|re|ve|m|ll|d)", '[^\\r\\n\\p{L}\\p{N}]?\\p{L}+', '\\p{N}{1,3}', ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*',
  '\\s*[\\r\\n]+', '\\s+(?!\\S)', '\\s+',
].join('|'), 'gu');

/** Byte strings as Latin-1 text, one character a byte. */
function trainByteLevel() {
  const tokens = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
  const known = new Set(tokens);
  const pieces = text.match(llama3).map((piece) => [...Buffer.from(piece).toString('latin1')]);
  while (tokens.length < ranks) {
    const counts = new Map();
    for (const piece of pieces) {
      for (let i = 0; i + 1 < piece.length; ++i) {
        const pair = piece[i] + piece[i + 1];
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    // The most frequent; of equals the one that was seen first, for the same file each time.
    const [best] = [...counts].filter(([pair]) => !known.has(pair)).reduce((a, b) => (b[1] > a[1] ? b : a));
    tokens.push(best);
    known.add(best);
    for (const piece of pieces) {
      for (let i = 0; i + 1 < piece.length; ++i) {
        if (piece[i] + piece[i + 1] === best) piece.splice(i, 2, best);
      }
    }
  }
  const line = (token, rank) => `${Buffer.from(token, 'latin1').toString('base64')} ${rank}\n`;
  fs.writeFileSync(path.join(folder, 'tiny.tiktoken'), tokens.map(line).join(''));
}

function trainSentencePiece() {
  execFileSync('spm_train', [
    '--input=training_text.txt', '--model_prefix=tiny', '--model_type=bpe', '--vocab_size=600',
    '--byte_fallback=true', '--character_coverage=0.98', '--normalization_rule_name=identity',
    '--remove_extra_whitespaces=false', '--allow_whitespace_only_pieces=true', '--split_digits=true',
    '--num_threads=1', '--minloglevel=2',
  ], { cwd: folder, stdio: 'inherit' });
  fs.rmSync(path.join(folder, 'tiny.vocab'));
}

trainByteLevel();
trainSentencePiece();
