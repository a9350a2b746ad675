import { strict as assert } from 'node:assert';
import type { Exam } from '../exam/exam.js';
import type { HookRecord } from '../exam/hook-record.js';
import { type Law, lawsOf } from '../exam/law.js';
import { leaksOf } from '../exam/leaks-of.js';
import { hearConsole, hearLogger } from '../exam/side-channels.js';
import type { Fault } from '../servers/fault.js';
import { readAll } from './rejection.js';
import { quotationsOf, type WrongReply, wrongReplies } from './wrong-replies.js';

const prompt = `My "november" letter:\nit's about Übermut.`;

/** Words of the prompt, each of which tells on it. */
const words = ['november', 'Übermut'];

/** Every wrong reply; those that say something repeat the key and the prompt. */
function faults({ apiKey }: Exam): WrongReply[] {
  return quotationsOf(prompt).flatMap((quoted, i) => {
    const all = wrongReplies(
      `Incorrect API key provided: ${apiKey}. Authorization: Bearer ${apiKey}. ${quoted}`,
    );
    const isOfEachKind = ({ fault }: WrongReply): boolean =>
      fault.kind === 'error-event' || (fault.kind === 'status' && fault.status === 400);
    return i === 0 ? all : all.filter(isOfEachKind);
  });
}

/** A backend without timeouts would wait for ever; that is the matter of other laws. */
function endOf({ kind }: Fault): { signal?: AbortSignal } {
  return kind === 'stall' ? { signal: AbortSignal.timeout(300) } : {};
}

/** Runs a failing generation per fault, streamed and whole, and gives the errors. */
async function failures(exam: Exam): Promise<[Fault, unknown][]> {
  const errors: [Fault, unknown][] = [];
  for (const { fault, settings } of faults(exam)) {
    for (const stream of [false, true]) {
      const { backend } = await exam.open([{ deltas: ['a', 'b'], fault }], settings);
      const options = { modelOptions: { stream }, ...endOf(fault) };
      const [thunk] = await backend.generateFromContext(prompt, exam.context, options);
      errors.push([fault, (await readAll(thunk)).error]);
    }
  }
  return errors;
}

/** Fails, naming the place, where one of the secrets shows. */
function assertHidden(value: unknown, secrets: readonly string[], where: string): void {
  assert.deepEqual(leaksOf(value, secrets), [], `what shows in ${where}`);
}

const kindOf = ({ kind, ...more }: Fault): string =>
  'status' in more ? `a reply with status ${more.status}` : `a reply with the fault ${kind}`;

export const secretsLaws: readonly Law[] = lawsOf('secrets', {
  'key-in-errors': {
    clause: '4.7',
    sentence: 'No error shows the key, to any depth, although the provider repeats it.',
    async run(exam) {
      for (const [fault, error] of await failures(exam)) {
        assertHidden(error, [exam.apiKey], `the error of ${kindOf(fault)}`);
      }
    },
  },
  'prompt-in-errors': {
    clause: '4.7',
    sentence: 'No error shows the prompt, to any depth, although the provider repeats it.',
    async run(exam) {
      for (const [fault, error] of await failures(exam)) {
        assertHidden(error, words, `the error of ${kindOf(fault)}`);
      }
    },
  },
  raw: {
    clause: '4.3, 4.7',
    sentence: 'No error of a raw batch shows the key or the prompt.',
    needs: ['raw'],
    async run(exam) {
      for (const { fault, settings } of faults(exam)) {
        const { backend } = await exam.open([{ deltas: ['a', 'b'], fault }], settings);
        const error = await backend
          .generateFromRaw([prompt], exam.context, endOf(fault))
          .catch((thrown: unknown) => thrown);
        const shown = error instanceof Error ? error : undefined;
        assertHidden(shown, [exam.apiKey, ...words], `the error of ${kindOf(fault)}`);
      }
    },
  },
  hooks: {
    clause: '4.7',
    sentence: 'No hook payload and no generateLog shows the key, and no error in a payload the prompt.',
    async run(exam) {
      const plugin: HookRecord = { seen: [] };
      const log = await exam.hooks(plugin, async () => {
        const { backend } = await exam.open([{ deltas: ['ok'] }]);
        const [thunk] = await backend.generateFromContext(prompt, exam.context);
        await thunk.avalue();
        await failures(exam);
        return thunk.generateLog;
      });
      for (const { type, payload } of plugin.seen) {
        assertHidden({ ...payload, context: null }, [exam.apiKey], `a payload of ${type}`);
        assertHidden((payload as { error?: unknown }).error, words, `the error in a payload of ${type}`);
      }
      assertHidden(log, [exam.apiKey], 'the generateLog');
    },
  },
  logs: {
    clause: '4.7, 4.9',
    sentence:
      'Neither the logger nor the console is told the key or the prompt; without a logger there is silence.',
    async run(exam) {
      const logged: unknown[] = [];
      const printed: unknown[] = [];
      await exam.during(
        () => hearLogger(logged),
        () =>
          exam.during(
            () => hearConsole(printed),
            () => failures(exam),
          ),
      );
      assertHidden(logged, [exam.apiKey, ...words], 'what the logger was told');
      assert.deepEqual(printed, [], 'printed on the console');
    },
  },
});
