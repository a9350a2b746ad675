// What a user writes in TypeScript. The errors that are expected show that nothing has silently become `any`.
import { HookType, PartialValidationResult, Requirement } from '@melliflow/core';
import { hook, modify } from '@melliflow/plugins';
import { startSession } from '@melliflow/stdlib';
import { ScriptedBackend } from '@melliflow/testing';

class NoDrums extends Requirement {
  override streamValidate(sentence: string) {
    return new PartialValidationResult(/drum/i.test(sentence) ? 'fail' : 'pass');
  }
}

const cool = hook(HookType.GENERATION_PRE_CALL, (payload) => modify(payload, { modelOptions: { seed: 3 } }));

export async function story(): Promise<string[]> {
  const backend = new ScriptedBackend([{ deltas: ['It rains. ', 'A drum.'] }]);
  const m = await startSession({ backend, plugins: [cool] });
  const stream = await m.stream('Tell.', { requirements: [new NoDrums()] });
  const sentences: string[] = [];
  for await (const sentence of stream) sentences.push(sentence);
  // @ts-expect-error a sentence is a text
  const count: number = sentences[0];
  // @ts-expect-error there is no such option
  await m.stream('Tell.', { requirement: [] });
  // @ts-expect-error a script has no such member
  new ScriptedBackend([{ delta: [] }]);
  // @ts-expect-error there is no such verdict
  new PartialValidationResult('perhaps');
  return [...sentences, String(count)];
}
