import { ScriptedBackend } from '@melliflow/testing';
import { describe, expect, it } from 'vitest';
import {
  eventsFrom,
  type ReleaseMode,
  type RetryOptions,
  type StreamEvent,
  type StreamingTraits,
  streamWithChunking,
  toServerSentEvents,
} from '../src/index.js';
import { collect, Forbids, PlainContext } from './support/stream-doubles.js';

class Paragraphs extends Forbids implements StreamingTraits {
  readonly chunking = 'paragraph';
}

interface Given {
  release?: ReleaseMode;
  retry?: RetryOptions;
  paragraphs?: boolean;
  script?: { deltas: string[]; thinking?: string }[];
}

/** What a page is told of the chunks, live and over the wire. */
async function told({ release = 'strict', retry, paragraphs = false, script }: Given): Promise<string[]> {
  const backend = new ScriptedBackend(script ?? [{ deltas: ['One. Two.\n\n', 'Three. Bad.\n\n'] }]);
  const requirements = [paragraphs ? new Paragraphs('Bad') : new Forbids('Bad')];
  const stream = await streamWithChunking('go', backend, new PlainContext(), {
    requirements,
    release,
    retry,
  });
  const live = await collect(stream.events());
  const sent = await collect(eventsFrom(toServerSentEvents(stream)));
  expect(lines(sent)).toEqual(lines(live));
  return lines(live);
}

const lines = (events: readonly StreamEvent[]): string[] =>
  events.flatMap((event) => {
    if (event.type === 'chunk' || event.type === 'thinking') return [event.text];
    if (event.type === 'settled' || event.type === 'retract')
      return [`${event.type} ${event.channel} ${event.chunkIndex}`];
    return event.type === 'retry' || event.type === 'streaming_done' ? [event.type] : [];
  });

describe('a chunk that was shown stands', () => {
  it('optimistic: when all have passed it, whatever chunks they are asked about', async () => {
    expect(await told({ release: 'optimistic', paragraphs: true })).toEqual([
      ...['One.', 'Two.', 'settled text 0', 'settled text 1'],
      ...['Three.', 'Bad.', 'retract text 2'],
    ]);
  });

  it('restart: when it passed in the last attempt, or all do', async () => {
    const retry = { attempts: 2, mode: 'restart' } as const;
    const last = ['One.', 'settled text 0', 'Two.', 'settled text 1', 'Three.', 'settled text 2'];
    expect(await told({ retry })).toEqual(['One.', 'Two.', 'Three.', 'retract text 0', 'retry', ...last]);
    const script = [{ deltas: ['One.'] }];
    expect(await told({ retry, script })).toEqual(['One.', 'streaming_done']);
  });

  it('resume: text at once, reasoning in the last attempt', async () => {
    const script = [
      { thinking: 'Hm. So. ', deltas: ['One. Bad. '] },
      { thinking: 'Oh. No. ', deltas: [' Two. '] },
    ];
    const resume = { attempts: 2, mode: 'resume' } as const;
    expect(await told({ release: 'optimistic', retry: resume, script })).toEqual([
      ...['Hm.', 'So.', 'One.', 'settled text 0', 'Bad.'],
      ...['retract text 1', 'retract thinking 0', 'retry'],
      ...[
        'Oh.',
        'settled thinking 0',
        'No.',
        'settled thinking 1',
        'Two.',
        'settled text 1',
        'streaming_done',
      ],
    ]);
  });

  it('is not told where nothing can be taken back', async () => {
    expect(await told({})).toEqual(['One.', 'Two.', 'Three.']);
    const retry = { attempts: 1, mode: 'restart' } as const;
    expect(await told({ retry, release: { window: 2 } })).toEqual(['One.', 'Two.', 'Three.']);
  });
});
