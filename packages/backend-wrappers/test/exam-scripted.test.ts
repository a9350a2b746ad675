import { type Chapter, chapters, examine } from '@melliflow/backend-conformance';
import { describe, it } from 'vitest';
import { scriptedSubject } from './support/scripted-subject.js';
import { alone, base, stacked, wrapped } from './support/subjects.js';

/** It has neither retries nor timeouts: those laws are gaps, which would only wait for their limit. */
const absent: readonly Chapter[] = ['retry', 'timeouts'];
const asked = chapters.filter((chapter) => !absent.includes(chapter));

for (const { name, wrap, gaps } of [base, ...alone, ...stacked])
  examine(wrapped(scriptedSubject, name, wrap, gaps), { describe, it }, { chapters: asked, limitMs: 2000 });
