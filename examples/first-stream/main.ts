// A story is shown while the model writes it, and a reader who comes late gets it from the beginning all the same.
import { startSession } from '@melliflow/stdlib';

await using m = await startSession({ backend: 'llamacpp' });

const story = await m.ainstruct('Write a short story about a robot learning to cook.', {
  modelOptions: { stream: true },
});

for await (const piece of story) process.stdout.write(piece);

let pieces = 0;
for await (const _ of story) pieces += 1;

const { usage } = story.generation;
console.log(`\n(${pieces} pieces, ${usage?.completionTokens} tokens)`);
