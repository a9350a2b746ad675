// The same without events: only text that passed. `m.stream` also makes it part of what the session remembers.
import { startSession } from '@melliflow/stdlib';
import { MaxSentences } from '../validated-stream/max-sentences.js';

await using m = await startSession({ backend: 'llamacpp' });

const result = await m.stream('Write a short story about a robot.', { requirements: [new MaxSentences(2)] });
for await (const sentence of result) console.log(sentence);

await result.acomplete(); // rejects if something went wrong; a requirement that fails is no error
console.log(result.completed ? 'The end.' : 'Stopped: that was enough.');
console.log(m.ctx.lastOutput()?.value === result.fullText);
