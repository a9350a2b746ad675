import { describe, it } from 'vitest';
import { examine } from '../src/index.js';
import { scriptedSubject } from './support/scripted-subject.js';

examine(scriptedSubject, { describe, it }, { limitMs: 1000 });
