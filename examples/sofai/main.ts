// A fast solver answers first, and where it is wrong a slow one comes in: here a tiny model, and then exact arithmetic.
import { check, SofaiStrategy, simpleValidate, startSession } from '@melliflow/stdlib';
import { Calculator } from './calculator.js';

// With more attempts the fast one is told what was wrong, and the slow one comes when that does not help.
const strategy = new SofaiStrategy({ slow: new Calculator(), loopBudget: 2 });
const addsUp = simpleValidate((equation) => {
  const [a, b, sum] = equation.match(/\d+/g)?.map(Number) ?? [];
  return [Number(a) + Number(b) === sum, 'the sum is wrong'];
});

await using m = await startSession({ backend: 'llamacpp', contextType: 'chat' });

for (const question of ['What is 7 + 5?', 'What is 2 + 3?', 'What is 48 + 37?']) {
  m.reset();
  const { sampleGenerations, sampleValidations } = await m.act(question, {
    requirements: [check('add up', addsUp)],
    strategy,
    returnSamplingResults: true,
  });
  console.log(question);
  for (const [i, { value, generation }] of sampleGenerations.entries()) {
    const isGood = sampleValidations[i]?.every(([, verdict]) => verdict.asBool());
    console.log(`  ${isGood ? '✓' : '✗'} ${generation.provider}: ${value}`);
  }
}
