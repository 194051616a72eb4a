// Builds a SentencePiece model as Meta published that of Llama 2, from its pieces in the order of their ids.

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
export function sentencePieceFile({ vocabById: vocabulary }) {
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
