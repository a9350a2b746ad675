import { describe, expect, it } from 'vitest';
import { chapters, chaptersPassed, examine, passed, runExam, sentences } from '../src/index.js';
import { goodSubject } from './support/good-subject.js';

examine(goodSubject(), { describe, it });

describe('the good backend', () => {
  it('keeps every law, with and without batches, and with nothing claimed', async () => {
    for (const [subject, whole] of [
      [goodSubject({ rawBatch: true }), chapters],
      [
        goodSubject({ images: false, format: false, tools: false, thinking: false }),
        chapters.filter((chapter) => chapter !== 'tools'),
      ],
    ] as const) {
      const report = await runExam(subject);
      expect(sentences(report)).not.toContain('It breaks');
      expect(passed(report)).toBe(true);
      expect(chaptersPassed(report)).toEqual(whole);
    }
  });
});
