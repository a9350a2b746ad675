// In a chat each call is shown what was said before. Calls that are not awaited wait for one another all the same.
import { ChatContext, startSession } from '@melliflow/stdlib';

await using m = await startSession({ backend: 'llamacpp', ctx: new ChatContext() });

const first = await m.achat('My favourite colour is blue.');
const second = await m.achat('What is my favourite colour?'); // is shown the answer to the first
console.log(await first.avalue());
console.log(await second.avalue());

console.log(m.ctx.asList().length); // 4: both questions, both answers, in order
