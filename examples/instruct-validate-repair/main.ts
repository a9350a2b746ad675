// Requirements are shown to the model and checked afterwards; what fails is asked for again, with the reasons.
import { check, RepairTemplateStrategy, req, simpleValidate, startSession } from '@melliflow/stdlib';

await using m = await startSession({ backend: 'llamacpp' });

const short = simpleValidate((text) => [text.length < 250, `it has ${text.length} characters`]);
const noDrums = simpleValidate((text) => [!/drum/i.test(text), 'it mentions a drum']);
const result = await m.instruct('Write a short story about a robot.', {
  requirements: [req('be short', short), check('mention no drums', noDrums)],
  strategy: new RepairTemplateStrategy({ loopBudget: 3 }),
  returnSamplingResults: true,
});

for (const [index, verdicts] of result.sampleValidations.entries()) {
  const failed = verdicts.filter(([, verdict]) => !verdict.asBool()).map(([{ description }]) => description);
  console.log(`attempt ${index + 1}: ${failed.length === 0 ? 'good' : `failed: ${failed.join(', ')}`}`);
}
console.log(result.result.value);
