// Every verb has a lazy form with an `a` in front: it gives a thunk, and the text comes when you await it.
import { startSession } from '@melliflow/stdlib';

await using m = await startSession({ backend: 'llamacpp' });

const haiku = await m.ainstruct('Write a haiku about concurrency.');
console.log(await haiku.avalue());
