// Texts that are hard on tokenizers, the same ones for the same seed on each machine.

/** Numbers below `below`, from a seed (mulberry32). */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296 * below);
  };
}

// First and last code points; some between them are not assigned.
const scripts = [[0x41, 0x5a], [0x61, 0x7a], [0xc0, 0x24f], [0x250, 0x2af], [0x370, 0x3ff], [0x400, 0x52f],
  [0x531, 0x587], [0x5d0, 0x5ea], [0x620, 0x6d3], [0x904, 0x963], [0x985, 0x9e3], [0xb85, 0xbcd], [0xc05, 0xc4d],
  [0xe01, 0xe4e], [0xe81, 0xecd], [0xf40, 0xf84], [0x1000, 0x103e], [0x10a0, 0x10ff], [0x1200, 0x1357],
  [0x13a0, 0x13fd], [0x1780, 0x17d3], [0x1820, 0x1878], [0x1c90, 0x1cbf], [0x1e00, 0x1fff], [0x2c00, 0x2c5f],
  [0x3041, 0x3096], [0x30a1, 0x30ff], [0x4e00, 0x9fff], [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xff21, 0xff5a],
  [0x10400, 0x1044f], [0x12000, 0x12399], [0x1d400, 0x1d7cb], [0x1e900, 0x1e94b], [0x20000, 0x2a6df]];
const digits = [[0x30, 0x39], [0xb2, 0xb3], [0xbc, 0xbe], [0x660, 0x669], [0x6f0, 0x6f9], [0x966, 0x96f],
  [0xe50, 0xe59], [0x1369, 0x137c], [0x2070, 0x2089], [0x2150, 0x218b], [0x2460, 0x249b], [0x3021, 0x3029],
  [0xff10, 0xff19], [0x1d7ce, 0x1d7ff], [0x1f100, 0x1f10c], [0x11de0, 0x11de9]];
const marks = [[0x300, 0x36f], [0x483, 0x489], [0x591, 0x5bd], [0x64b, 0x65f], [0x93a, 0x94d], [0xe47, 0xe4e],
  [0x1100, 0x11ff], [0x1ab0, 0x1ace], [0x1dc0, 0x1dff], [0x20d0, 0x20f0], [0x302a, 0x302f], [0x3099, 0x309a],
  [0xfe00, 0xfe0f], [0xfe20, 0xfe2f], [0x1d165, 0x1d169], [0xe0100, 0xe01ef]];
const punctuation = [[0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e], [0xa1, 0xbf], [0x2010, 0x205e],
  [0x20a0, 0x20c0], [0x2190, 0x23ff], [0x2500, 0x27bf], [0x3001, 0x303f], [0xfe50, 0xfe6b], [0xff01, 0xff0f]];
const emoji = [[0x1f300, 0x1f64f], [0x1f680, 0x1f6ff], [0x1f900, 0x1faff], [0x1f1e6, 0x1f1ff], [0x2600, 0x27bf]];
const controls = [[0x00, 0x1f], [0x7f, 0x9f], [0x200b, 0x200f], [0x202a, 0x202e], [0x2060, 0x206f],
  [0xfff9, 0xfffd], [0xe0020, 0xe007f]];
const spaces = [...' \t\n\r\v\f\u0085\u00a0\u1680\u2000\u2003\u2007\u200a\u2028\u2029\u202f\u205f\u3000'];
const notSpaces = [...'\u180e\u200b\u2060\ufeff\u2581\u001c\u001f'];  // some engines take them for spaces
const asciiSpaces = [' ', ' ', ' ', ' ', '\n', '\r\n', '\t'];
const contractions = ['s', 't', 're', 've', 'm', 'll', 'd', '\u017f', 'S', 'T', 'Re', 'RE', 'vE', 'M', 'lL', 'LL', 'D',
  'r', 'l', 'v', '\u212a', 'sd', 'res', 'ſt'];
const code = ['if (x == 0) {\n', '\treturn ', '    ', '};\n', '// ', '/* ', ' */', '->', '::', '!=', '<<=', '&&', '||',
  '"\\n"', 'http://', 'https://www.', '.com/', '?q=', '&amp;', '#include <', 'std::', 'self.', 'def __init__(', '===',
  '---\n', '```', '\\', '{{', '}}', '</div>', '<br/>', '0x1F', '1e-9', '3.14', '_', '$', '%s', '@', '...', "'", '"', '\r\n\r\n'];
const specials = ['<|begin_of_text|>', '<|end_of_text|>', '<|eot_id|>', '<|start_header_id|>', '<|end_header_id|>',
  '<|endoftext|>', '<|im_start|>', '<|im_end|>', '<|fim_prefix|>', '<|endofprompt|>', '<|return|>', '<|channel|>',
  '<|start|>', '<think>', '</think>', '<tool_call>', '</tool_call>', '<s>', '</s>', '<unk>', '[INST]', '[/INST]',
  '<0x0A>', '<|', '|>', '<|eot_id', '<s'];
const composed = ['\u00e9', 'e\u0301', '\u1e9b\u0323', '\u212b', '\u0958', '\u0344', '\u2126', '\uac00', '\u1100\u1161\u11a8',
  '\uac00\u11a8', 'a\u0327\u0301', '\ufb1d', '\u{1d15e}', '\u{2f800}', '\u0f43', '\u1fed'];

/** Returns a function that returns the next text. `words` are strings that texts are also made of. */
export function randomTexts(seed, words) {
  const random = randomNumbers(seed);
  const one = (list) => list[random(list.length)];
  const character = ([first, last]) => String.fromCodePoint(first + random(last - first + 1));
  const times = (most, make) => Array.from({ length: 1 + random(most) }, make).join('');
  const anyCharacter = () => {
    const code = random(random(4) ? 0x3000 : 0x110000);
    return code >= 0xd800 && code < 0xe000 ? '\ufffd' : String.fromCodePoint(code);
  };
  const word = () => {
    const script = one(scripts);
    const letters = times(8, () => character(random(12) ? script : one(scripts)));
    return [letters, letters.toLowerCase(), letters.toUpperCase(), letters[0].toUpperCase() + letters.slice(1)][random(4)];
  };
  const face = () => character(one(emoji)) + one(['', '\ufe0f', '\u{1f3fd}']);
  const parts = [
    () => one(words), () => one(words), () => one(words), () => ` ${one(words)}`,
    word, () => ` ${word()}`,
    () => times(6, () => one(asciiSpaces)),
    () => times(4, () => one(random(6) ? spaces : notSpaces)),
    () => `${one(words)}${one(["'", "'", '\u2019'])}${one(contractions)}`,
    () => { const script = one(digits); return times(7, () => character(random(8) ? script : one(digits))); },
    () => times(6, () => character(one(punctuation))),
    () => times(5, () => character(punctuation[random(4)])) + one(['', '\n', '/', '\r\n/']),
    () => one(code), () => one(code),
    () => times(4, face), () => `${face()}\u200d${face()}\u200d${face()}`,
    () => one(['', 'e', ' ', '\u0915', '\uff21']) + times(4, () => character(one(marks))),
    () => one(composed),
    () => character(one(controls)),
    () => one(['', ' ', '\n']) + one(specials) + one(['', ' ', '\n']),
    anyCharacter,
  ];
  const part = () => one(parts)();
  const run = () => {
    const repeated = random(3) ? one([part, anyCharacter, () => one(asciiSpaces), () => character(scripts[1])])() : 'a';
    return repeated.repeat(1 + random(random(20) ? 200 : 3000) / repeated.length);
  };
  return () => {
    switch (random(50)) {
      case 0: return run();
      case 1: return part() + run() + part();
      case 2: return times(80, () => character(scripts[1]));
      case 3: return times(60, anyCharacter);
      case 4: { const few = [part(), part(), part()]; return times(40, () => one(few)); }
      default: return times(12, part);
    }
  };
}
