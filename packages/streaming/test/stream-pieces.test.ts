import { ScriptedBackend } from '@melliflow/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChunkingName, fromSplit, type StreamPiece, streamWithChunking } from '../src/index.js';
import { cutHardText } from './support/hard-text.js';
import { collect, Forbids, failureOf, PlainContext } from './support/stream-doubles.js';

const ctx = new PlainContext();
const joined = (pieces: readonly StreamPiece[]): string => pieces.map(({ text }) => text).join('');
const names: ChunkingName[] = ['sentence', 'intl-sentence', 'intl-word', 'markdown', 'code', 'json', 'delta'];

describe('astream({ separators: true })', () => {
  it('gives chunks and what lies between them, told apart', async () => {
    const backend = new ScriptedBackend([{ deltas: ['One.', '  Tw', 'o.\n', '\nThree. '] }]);
    const stream = await streamWithChunking('go', backend, ctx);
    expect(await collect(stream.astream({ separators: true }))).toEqual([
      { type: 'chunk', text: 'One.' },
      { type: 'separator', text: '  ' },
      { type: 'chunk', text: 'Two.' },
      { type: 'separator', text: '\n\n' },
      { type: 'chunk', text: 'Three.' },
      { type: 'separator', text: ' ' },
    ]);
    expect(await collect(stream.astream())).toEqual(['One.', 'Two.', 'Three.']);
    expect(await collect(stream.astream({ separators: false }))).toEqual(['One.', 'Two.', 'Three.']);
  });

  it('property: together they are the output, for any text, cutting and chunking, for each reader', async () => {
    await fc.assert(
      fc.asyncProperty(cutHardText, fc.constantFrom(...names), async ({ text, deltas }, chunking) => {
        const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas }]), ctx, { chunking });
        const early = collect(stream.astream({ separators: true }));
        await stream.acomplete();
        const late = await collect(stream.astream({ separators: true }));
        expect(joined(late)).toBe(text);
        expect(await early).toEqual(late);
        const chunks = late.filter(({ type }) => type === 'chunk').map((piece) => piece.text);
        expect(await collect(stream)).toEqual(chunks);
      }),
      { numRuns: 300 },
    );
  });

  it('ends with the last chunk that passed, as fullText does, when a chunk fails', async () => {
    const backend = new ScriptedBackend([{ deltas: ['One. Two. Bad. Four.'] }]);
    const stream = await streamWithChunking('go', backend, ctx, { requirements: [new Forbids('Bad')] });
    const pieces = await collect(stream.astream({ separators: true }));
    expect([joined(pieces), pieces.at(-1)]).toEqual(['One. Two.', { type: 'chunk', text: 'Two.' }]);
    expect(stream.fullText).toBe('One. Two.');
  });

  it('rejects after the pieces that passed when the backend fails', async () => {
    const backend = new ScriptedBackend([{ deltas: ['One. Two. Thr'], error: new Error('gone') }]);
    const stream = await streamWithChunking('go', backend, ctx);
    const seen: StreamPiece[] = [];
    const read = async (): Promise<void> => {
      for await (const piece of stream.astream({ separators: true })) seen.push(piece);
    };
    const failure = await failureOf(read());
    expect(failure).toBe(await failureOf(stream.acomplete()));
    expect(joined(seen)).toBe('One. Two.');
  });

  it('can be left and read again', async () => {
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: ['One. Two.'] }]), ctx);
    for await (const piece of stream.astream({ separators: true })) {
      expect(piece.text).toBe('One.');
      break;
    }
    expect(joined(await collect(stream.astream({ separators: true })))).toBe('One. Two.');
  });

  it('gives a chunk that is not in the text beside the text itself', async () => {
    const upper = fromSplit((text) => [text.toUpperCase()]);
    const stream = await streamWithChunking('go', new ScriptedBackend([{ deltas: ['one'] }]), ctx, {
      chunking: upper,
    });
    expect(await collect(stream.astream({ separators: true }))).toEqual([
      { type: 'chunk', text: 'ONE' },
      { type: 'separator', text: 'one' },
    ]);
  });
});
