import {
  type Backend,
  type Context,
  PartialValidationResult,
  Requirement,
  type StreamValidationIo,
  ValidationResult,
} from '@melliflow/core';
import { ScriptedBackend } from '@melliflow/testing';
import { expect, it } from 'vitest';
import { streamWithChunking } from '../src/index.js';
import { PlainContext } from './support/stream-doubles.js';

const tokens = (promptTokens: number, completionTokens: number) => ({
  promptTokens,
  completionTokens,
  totalTokens: promptTokens + completionTokens,
});
const ctx = new PlainContext();

/** Asks a model about each chunk and about the whole. */
class Judge extends Requirement {
  override async streamValidate(_: string, io: StreamValidationIo): Promise<PartialValidationResult> {
    const [thunk] = await io.backend.generateFromContext('Is it kind?', io.ctx);
    return new PartialValidationResult((await thunk.avalue()) === 'yes' ? 'pass' : 'fail', { thunk });
  }
}

it('counts what judges cost beside what the generation did, over all attempts', async () => {
  const story = { deltas: ['One. Two.'], usage: tokens(5, 4) };
  const judges = new ScriptedBackend([
    { deltas: ['no'], usage: tokens(10, 1) },
    { deltas: ['yes'], usage: { ...tokens(20, 2), estimated: true } },
    { deltas: ['yes'] },
    { deltas: ['yes'], usage: tokens(40, 3) },
  ]);
  const stream = await streamWithChunking('go', new ScriptedBackend([story]), ctx, {
    requirements: [new Judge('It is kind.')],
    validationBackend: judges,
    retry: { attempts: 2, mode: 'restart' },
  });
  expect(stream.account.judges).toBe(null);
  await stream.acomplete();
  expect(judges.calls).toHaveLength(4);
  expect(stream.account.judges).toEqual({ ...tokens(70, 6), estimated: true });
  expect(stream.attempts.at(-1)?.usage).toEqual(tokens(5, 4));
});

it('counts an answer once that several verdicts name, and the judged output not at all', async () => {
  const shared = new ScriptedBackend([{ deltas: ['yes'], usage: tokens(10, 1) }]);
  const [answer] = await shared.generateFromContext('Is it kind, and short?', ctx);
  await answer.avalue();
  class Shares extends Requirement {
    override async validate(_: Backend, whole: Context): Promise<ValidationResult> {
      const thunk = this.description === 'output' ? whole.lastOutput() : answer;
      return new ValidationResult(true, { thunk });
    }
  }
  const backend = new ScriptedBackend([{ deltas: ['One.'], usage: tokens(5, 4) }]);
  const requirements = [new Shares('kind'), new Shares('short'), new Shares('output')];
  const stream = await streamWithChunking('go', backend, ctx, { requirements });
  await stream.acomplete();
  expect(stream.account.judges).toEqual(tokens(10, 1));
});
