// Sentences out of a text in deltas of four characters: the chunker, or one pass.
import { SentenceChunker } from '@melliflow/streaming';
import { measure, report } from '../lib/measure.mjs';
import { cutSentences } from '../lib/one-pass.mjs';
import { boundless, prose, slices } from '../lib/texts.mjs';

const [, , way, , sizes] = process.argv;
const { kind, characters } = JSON.parse(sizes);
const make = { prose, boundless }[kind];

const ways = {
  'one-pass': (deltas, onSentence) => {
    const cutter = cutSentences(onSentence);
    for (const delta of deltas) cutter.push(delta);
    cutter.end();
  },
  chunker: (deltas, onSentence) => {
    const chunker = new SentenceChunker().start();
    for (const delta of deltas) for (const { text } of chunker.push(delta)) onSentence(text);
    for (const { text } of chunker.flush()) onSentence(text);
  },
};

function run(text, deltas) {
  let length = 0;
  let sentences = 0;
  ways[way](deltas, (sentence) => {
    length += sentence.length;
    sentences += 1;
  });
  const spaces = sentences - 1;
  if (length + spaces !== text.trimEnd().length) throw new Error(`${way} lost text.`);
}

const warm = make(100_000);
for (let time = 0; time < 3; time += 1) run(warm, slices(warm, 4));
const text = make(characters);
const deltas = slices(text, 4);
const { cpuMs, wallMs } = await measure(() => run(text, deltas));
report({ cpuMs, wallMs });
