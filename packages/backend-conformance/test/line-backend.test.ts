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

describe("a third party's backend of 40 lines", () => {
  it('keeps construct, lazy, value and context, and the report says what it lacks', async () => {
    const report = await runExam(subject, { limitMs: 1000 });
    const text = sentences(report);
    expect(chaptersPassed(report)).toEqual(expect.arrayContaining(['construct', 'lazy', 'value', 'context']));
    expect(text).toContain('It breaks:\n');
    expect(text).toMatch(/options\.none-silent .* dropped silently: it got \[ 'temperature', /);
    expect(text).toMatch(/errors\.status-429 .* must be RateLimitError, got IncompleteStreamError/);
    expect(text).toContain('tools.offered (4.1): The tools are offered to the provider');
    expect(passed(report)).toBe(false);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});
