// Many thunks, awaited together. When one fails, this rejects after the others have settled.
import { type ModelOutputThunk, waitForAllMots } from '@melliflow/core';
import { startSession } from '@melliflow/stdlib';

await using m = await startSession({ backend: 'llamacpp' });

const poems: ModelOutputThunk[] = [];
for (const topic of ['mountains', 'rivers', 'forests']) {
  poems.push(await m.ainstruct`Write a short poem about ${topic}.`);
}

await waitForAllMots(poems);

for (const poem of poems) console.log(poem.value);
