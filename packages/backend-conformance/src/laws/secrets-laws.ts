import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import type { Exam } from '../exam/exam.js';
import type { HookRecord } from '../exam/hook-record.js';
import { type Law, lawsOf } from '../exam/law.js';
import { hearConsole, hearLogger } from '../exam/side-channels.js';
import type { Fault } from '../servers/fault.js';
import { readAll } from './rejection.js';

const prompt = 'november-prompt';

/** Faults of every kind; providers like to repeat the key and the prompt. */
const faults = ({ apiKey }: Exam): readonly Fault[] => {
  const message = `Incorrect API key provided: ${apiKey}.`;
  return [
    { kind: 'status', status: 401, message },
    { kind: 'status', status: 500, message: `Authorization: Bearer ${apiKey}`, shape: 'text' },
    { kind: 'status', status: 400, message, shape: 'vllm' },
    { kind: 'error-event', after: 1, message },
    { kind: 'reset', after: 1 },
    { kind: 'reset', beforeHeaders: true },
    { kind: 'malformed-json', after: 1 },
    { kind: 'cut', after: 1 },
    { kind: 'html' },
    { kind: 'empty-body' },
  ];
};

/** All that an error shows, to any depth. */
function shown(error: unknown): string {
  const texts: string[] = [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error)];
  for (let at = error; at instanceof Error; at = at.cause) texts.push(at.message, at.stack ?? '', String(at));
  return texts.join('\n');
}

/** Runs a failing generation per fault, streamed and whole, and gives the errors. */
async function failures(exam: Exam): Promise<[Fault, unknown][]> {
  const errors: [Fault, unknown][] = [];
  for (const fault of faults(exam)) {
    for (const stream of [false, true]) {
      const { backend } = await exam.open([{ deltas: ['a', 'b'], fault }]);
      const [thunk] = await backend.generateFromContext(prompt, exam.context, { modelOptions: { stream } });
      errors.push([fault, (await readAll(thunk)).error]);
    }
  }
  return errors;
}

export const secretsLaws: readonly Law[] = lawsOf('secrets', {
  'key-in-errors': {
    clause: '4.7',
    sentence: 'No error shows the key, to any depth, although the provider repeats it.',
    async run(exam) {
      for (const [fault, error] of await failures(exam)) {
        assert.ok(!shown(error).includes(exam.apiKey), `the key is in the error of ${JSON.stringify(fault)}`);
      }
    },
  },
  'prompt-in-errors': {
    clause: '4.7',
    sentence: 'No error shows the prompt, to any depth.',
    async run(exam) {
      for (const [fault, error] of await failures(exam)) {
        assert.ok(!shown(error).includes(prompt), `the prompt is in the error of ${JSON.stringify(fault)}`);
      }
    },
  },
  raw: {
    clause: '4.3, 4.7',
    sentence: 'No error of a raw batch shows the key or the prompt.',
    needs: ['raw'],
    async run(exam) {
      for (const fault of faults(exam)) {
        const { backend } = await exam.open([{ deltas: ['a', 'b'], fault }]);
        const error = await backend
          .generateFromRaw([prompt], exam.context)
          .catch((thrown: unknown) => thrown);
        const text = shown(error instanceof Error ? error : undefined);
        assert.ok(!text.includes(exam.apiKey), `the key is in the error of ${JSON.stringify(fault)}`);
        assert.ok(!text.includes(prompt), `the prompt is in the error of ${JSON.stringify(fault)}`);
      }
    },
  },
  hooks: {
    clause: '4.7',
    sentence: 'No hook payload and no generateLog shows the key.',
    async run(exam) {
      const plugin: HookRecord = { seen: [] };
      const logs = await exam.hooks(plugin, async () => {
        const { backend } = await exam.open([{ deltas: ['ok'] }]);
        const [thunk] = await backend.generateFromContext(prompt, exam.context);
        await thunk.avalue();
        await failures(exam);
        return JSON.stringify(thunk.generateLog);
      });
      const payloads = plugin.seen.map(({ payload }) => shown({ ...payload, context: null })).join('\n');
      assert.ok(!payloads.includes(exam.apiKey), 'the key is in a payload');
      assert.ok(!logs.includes(exam.apiKey), 'the key is in the generateLog');
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
      const text = shown(logged);
      assert.ok(!text.includes(exam.apiKey) && !text.includes(prompt), 'the logger was told');
      assert.deepEqual(printed, [], 'printed on the console');
    },
  },
});
