// An answer is checked by requirements, and is asked for again with what failed, until all of them hold.
import { check, RepairTemplateStrategy, simpleValidate, startSession } from '@melliflow/stdlib';

await using m = await startSession({ backend: 'llamacpp' });

const hana = simpleValidate((story) => /\bHana\b/.test(story));
const short = simpleValidate((story) => story.length < 500);

// The model is told a `check` only when it failed; `req` makes a requirement that it knows from the start.
const requirements = [check('name the robot Hana', hana), check('be short', short)];

const { sampleGenerations, sampleValidations, success } = await m.instruct(
  'Write a short story about a robot.',
  { requirements, strategy: new RepairTemplateStrategy({ loopBudget: 3 }), returnSamplingResults: true },
);

for (const [i, { value }] of sampleGenerations.entries()) {
  console.log(value);
  for (const [{ description }, verdict] of sampleValidations[i] ?? [])
    console.log(`  ${verdict.asBool() ? '✓' : '✗'} ${description}`);
}
console.log(success ? 'All requirements hold.' : 'The best of what came.');
