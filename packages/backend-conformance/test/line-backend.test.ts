import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chaptersPassed, passed, runExam, sentences, subjectOverWire } from '../src/index.js';
import { LineBackend } from './support/line-backend.js';
import { lineWire } from './support/line-wire.js';

/** The backend of docs/write-a-backend.md, as its author would show it. */
const subject = subjectOverWire({
  name: 'LineBackend',
  wire: lineWire,
  backend: ({ url }) => new LineBackend({ modelId: 'lines-1', url }),
});

it('is the backend of the docs, word for word', () => {
  const page = readFileSync(new URL('../../../docs/write-a-backend.md', import.meta.url), 'utf8');
  const own = readFileSync(new URL('./support/line-backend.ts', import.meta.url), 'utf8');
  expect(page).toContain(`\`\`\`ts\n${own}\`\`\``);
});

describe("a third party's backend of 40 lines", () => {
  it('keeps construct, lazy, value and context, and the report says what it lacks', async () => {
    const report = await runExam(subject, { limitMs: 1000 });
    const text = sentences(report);
    expect(chaptersPassed(report)).toEqual(expect.arrayContaining(['construct', 'lazy', 'value', 'context']));
    expect(text).toContain('It breaks:\n');
    expect(text).toMatch(/options\.none-silent .* Seen: silently dropped: temperature, maxNewTokens/);
    expect(text).toMatch(/timeouts\.idle .* Seen: Within 1000 ms it did not come to its end\./);
    expect(text).toMatch(/metadata\.length .* Seen: it got 'stop', it must be 'length'\./);
    expect(text).toContain('- The backend does not claim tools. (tools.offered, tools.unasked, ');
    expect(passed(report)).toBe(false);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});
