// Text as it comes. `astream()` gives what is new since the last call; no character is lost, however fast it comes.
import { startSession } from '@melliflow/stdlib';

await using m = await startSession({ backend: 'llamacpp' });

const story = await m.ainstruct('Write a short story about a robot learning to cook.', {
  modelOptions: { stream: true },
});

while (!story.isComputed()) {
  process.stdout.write(await story.astream());
}
process.stdout.write('\n');

// Any number of readers can follow a thunk, each from its first piece, also when it is finished.
let pieces = 0;
for await (const _ of story) pieces += 1;
console.log(`It came in ${pieces} pieces.`);
