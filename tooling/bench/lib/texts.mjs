/** What the server sends and the cases check: the same in every process, from a seeded generator. */

const WORDS = (
  'a stream of plain words is cut into sentences and each of them is checked before anybody reads it ' +
  'so that the cost of the way from the socket to the reader can be counted on a small machine'
).split(' ');

/** Numbers in [0, 1), always the same (the constants are those of Numerical Recipes). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const made = new Map();
function once(key, make) {
  if (!made.has(key)) made.set(key, make());
  return made.get(key);
}

/** Tokens: words with a space before them, and the stops of sentences of 9 to 15 tokens. */
export function tokens(count) {
  return once(`tokens ${count}`, () => {
    const next = random(7);
    const list = [];
    let left = 12;
    let isFirst = true;
    while (list.length < count) {
      if (--left === 0) {
        list.push('.');
        left = 9 + Math.floor(next() * 7);
        isFirst = true;
        continue;
      }
      const word = WORDS[Math.floor(next() * WORDS.length)];
      const shown = isFirst ? word[0].toUpperCase() + word.slice(1) : word;
      list.push(list.length === 0 ? shown : ` ${shown}`);
      isFirst = false;
    }
    return list;
  });
}

/** So many characters of sentences. */
export function prose(length) {
  return once(`prose ${length}`, () => {
    let text = '';
    for (const token of tokens(Math.ceil(length / 2))) text += token;
    return text.slice(0, length);
  });
}

/** So many characters without the end of a sentence or a line. */
export function boundless(length) {
  return once(`boundless ${length}`, () => prose(length).replaceAll('.', ','));
}

/** The same prose with an empty line behind every fourth sentence. */
export function paragraphs(length) {
  return once(`paragraphs ${length}`, () => {
    let sentences = 0;
    return prose(length)
      .replaceAll('. ', () => (++sentences % 4 === 0 ? '.\n\n' : '. '))
      .slice(0, length);
  });
}

/** The same prose as one long word. */
export function wordless(length) {
  return once(`wordless ${length}`, () => prose(length).replaceAll(' ', '_'));
}

/** A document of about so many bytes: `{"items":[{…},…]}`. */
export function jsonDocument(bytes) {
  return once(`json ${bytes}`, () => {
    const next = random(11);
    const words = (count) =>
      Array.from({ length: count }, () => WORDS[Math.floor(next() * WORDS.length)]).join(' ');
    const items = [];
    for (let size = 12; size < bytes; size += items.at(-1).length + 1) {
      const score = Math.round(next() * 10_000) / 100;
      const item = {
        id: items.length,
        name: words(2),
        note: words(12),
        score,
        tags: [words(1)],
        ok: next() < 0.5,
      };
      items.push(JSON.stringify(item));
    }
    return `{"items":[${items.join(',')}]}`;
  });
}

export function slices(text, size) {
  const list = [];
  for (let at = 0; at < text.length; at += size) list.push(text.slice(at, at + size));
  return list;
}

/** What a model's name asks the server for: `<kind>-<count>-<delay in ms>-<pieces per write>`. */
export function modelName({ kind = 'tokens', count, delayMs = 0, perWrite = 1 }) {
  return `${kind}-${count}-${delayMs}-${perWrite}`;
}

export function parseModelName(name) {
  const [, kind, count, delayMs, perWrite] = /^(tokens|json)-(\d+)-(\d+)-(\d+)$/.exec(name) ?? [];
  if (kind === undefined) throw new Error(`The server knows no model ${name}.`);
  return { kind, count: Number(count), delayMs: Number(delayMs), perWrite: Number(perWrite) };
}

/** The deltas of an answer: so many tokens, or a document of so many bytes in pieces of four characters. */
export function piecesOf({ kind = 'tokens', count }) {
  return once(`pieces ${kind} ${count}`, () =>
    kind === 'tokens' ? tokens(count) : slices(jsonDocument(count), 4),
  );
}

export function expectedText(asked) {
  return once(`text ${asked.kind} ${asked.count}`, () => piecesOf(asked).join(''));
}
