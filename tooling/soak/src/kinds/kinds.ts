import type { Operation, Outcome } from '../operation.js';
import { format } from './format.js';
import { local } from './local.js';
import { raw } from './raw.js';
import { repaired } from './repaired.js';
import { scoped } from './scoped.js';
import { session } from './session.js';
import { stream, whole } from './stream.js';
import { validated } from './validated.js';
import { asked, wrapped } from './wrapped.js';

/** What a program can do, by the name that the report gives it. A new kind is one row more. */
export const kinds: Readonly<Record<string, (operation: Operation) => Promise<Outcome>>> = {
  stream: (operation) => stream(operation),
  whole: (operation) => whole(operation),
  'raw batch': (operation) => raw(operation),
  session: (operation) => session(operation),
  repaired: (operation) => repaired(operation),
  'validated stream': (operation) => validated(operation),
  format: (operation) => format(operation),
  'through wrappers': wrapped,
  'asked by many at once': asked,
  'in a plugin scope': scoped,
  'a local model': local,
};
