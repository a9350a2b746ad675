// Chunks out of a text in deltas of four characters: the chunker, or one pass.
import { ParagraphChunker, SentenceChunker, WordChunker } from '@melliflow/streaming';
import { measure, report } from '../lib/measure.mjs';
import { cutParagraphs, cutSentences, cutWords } from '../lib/one-pass.mjs';
import { median } from '../lib/statistics.mjs';
import { boundless, paragraphs, prose, slices, wordless } from '../lib/texts.mjs';

const [, , way, , sizes] = process.argv;
const { kind, unit, characters } = JSON.parse(sizes);
const make = { prose, boundless, paragraphs, wordless }[kind];
const [cut, Chunker, between] = {
  sentence: [cutSentences, SentenceChunker, /(?<=\.) | $/g],
  word: [cutWords, WordChunker, /\s+/g],
  paragraph: [cutParagraphs, ParagraphChunker, /\n\n+/g],
}[unit];

const ways = {
  'one-pass': (deltas, onChunk) => {
    const cutter = cut(onChunk);
    for (const delta of deltas) cutter.push(delta);
    cutter.end();
  },
  chunker: (deltas, onChunk) => {
    const chunker = new Chunker().start();
    for (const delta of deltas) for (const { text } of chunker.push(delta)) onChunk(text);
    for (const { text } of chunker.flush()) onChunk(text);
  },
};

/** Each chunk is looked at, as by a requirement: until then an engine may put off the work of joining its pieces. */
function run(deltas) {
  const chunks = [];
  ways[way](deltas, (chunk) => {
    if (chunk.charCodeAt(0) > 0) chunks.push(chunk);
  });
  return chunks;
}

/** What stands between chunks is nobody's: without it nothing may be missing. */
function check(text, chunks) {
  if (chunks.join('') !== text.replace(between, '')) throw new Error(`${way} lost text.`);
}

const warm = make(100_000);
for (let time = 0; time < 3; time += 1) check(warm, run(slices(warm, 4)));
const text = make(characters);
const deltas = slices(text, 4);
const rows = [];
for (let time = 0; time < 7; time += 1) {
  const { value, ...row } = await measure(() => run(deltas));
  check(text, value);
  rows.push(row);
}
report({ cpuMs: median(rows.map(({ cpuMs }) => cpuMs)), wallMs: median(rows.map(({ wallMs }) => wallMs)) });
