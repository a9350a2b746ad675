// Three stories and their three titles are asked for at once, and each title waits for its story by itself.
import { waitForAllMots } from '@melliflow/core';
import { startSession, text } from '@melliflow/stdlib';

await using m = await startSession({ backend: 'llamacpp' });

async function begin(hero: string) {
  const story = await m.ainstruct(`Write a short story about a ${hero}.`); // A thunk: it is being written now.
  const title = await m.ainstruct(text`${story}\n\nGive this story a title.`);
  return { story, title };
}

const works = await Promise.all(['robot', 'fox', 'dragon'].map(begin));
const thunks = works.flatMap(({ story, title }) => [title, story]);

console.log(`${thunks.filter((thunk) => thunk.isComputed()).length} of ${thunks.length} are finished.`);
await waitForAllMots(thunks); // If one fails, this rejects when the others have settled.
for (const { value } of thunks) console.log(value);
