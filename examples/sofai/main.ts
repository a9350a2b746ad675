// A fast solver answers first, and where it is wrong a slow one comes in: here a tiny model, and then exact arithmetic.
import { check, SofaiStrategy, simpleValidate, startSession } from '@melliflow/stdlib';
import { Calculator } from './calculator.js';

// With a larger budget the fast one is told what was wrong, and the slow one comes when that does not help.
const strategy = new SofaiStrategy({ slow: new Calculator(), loopBudget: 2 });
await using m = await startSession({ backend: 'llamacpp', contextType: 'chat' });

async function add(a: number, b: number): Promise<void> {
  m.reset();
  const isSum = simpleValidate((answer) => answer.endsWith(` ${a + b}.`));
  const { sampleGenerations, sampleValidations } = await m.act(`What is ${a} + ${b}?`, {
    requirements: [check('be the sum', isSum)],
    strategy,
    returnSamplingResults: true,
  });
  console.log(`What is ${a} + ${b}?`);
  for (const [i, { value, generation }] of sampleGenerations.entries()) {
    const isGood = sampleValidations[i]?.every(([, verdict]) => verdict.asBool());
    console.log(`  ${isGood ? '✓' : '✗'} ${generation.provider}: ${value}`);
  }
}

await add(7, 5);
await add(2, 3);
await add(48, 37);
