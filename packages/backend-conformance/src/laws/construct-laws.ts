import { strict as assert } from 'node:assert';
import { defaultCapabilities } from '@melliflow/core/implement';
import { type Law, lawsOf } from '../exam/law.js';

export const constructLaws: readonly Law[] = lawsOf('construct', {
  silent: {
    clause: '2.1',
    sentence: 'Making a backend sends nothing to the provider.',
    async run(exam) {
      const { requests } = await exam.open([{ deltas: ['ok'] }]);
      await exam.drain();
      assert.equal(requests().length, 0, 'requests after construction');
    },
  },
  contract: {
    clause: '4',
    sentence: 'The backend says for which version of the contract it is written.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      assert.equal(backend.contract, 1, 'contract');
    },
  },
  names: {
    clause: '4',
    sentence: 'provider and modelId are texts that are not empty.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      for (const name of ['provider', 'modelId'] as const) {
        assert.ok(typeof backend[name] === 'string' && backend[name] !== '', `${name} must be a text`);
      }
    },
  },
  capabilities: {
    clause: '4',
    sentence: 'Every capability is claimed or denied, by a boolean.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      for (const name of Object.keys(defaultCapabilities) as (keyof typeof defaultCapabilities)[]) {
        assert.equal(typeof backend.capabilities[name], 'boolean', `capabilities.${name}`);
      }
    },
  },
  formatter: {
    clause: '4',
    sentence: 'The formatter is null or prints.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      if (backend.formatter !== null)
        assert.equal(typeof backend.formatter?.print, 'function', 'formatter.print');
    },
  },
  independent: {
    clause: '4.1',
    sentence: 'Two backends share nothing: each answers from its own provider.',
    async run(exam) {
      const [one, two] = [await exam.open([{ deltas: ['one'] }]), await exam.open([{ deltas: ['two'] }])];
      const ask = async ({ backend }: typeof one): Promise<string> =>
        (await backend.generateFromContext('Who are you?', exam.context))[0].avalue();
      assert.deepEqual(await Promise.all([ask(one), ask(two)]), ['one', 'two']);
    },
  },
});
