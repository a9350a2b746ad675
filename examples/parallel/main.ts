// Three generations at once: each starts in the background when its thunk is made.
import { startSession } from '@melliflow/stdlib';

await using m = await startSession({ backend: 'llamacpp' });

const mountains = await m.ainstruct('Write a poem about mountains.');
const rivers = await m.ainstruct('Write a poem about rivers.');
const forests = await m.ainstruct('Write a poem about forests.');

console.log(mountains.isComputed()); // false: nobody has waited for it yet

await Promise.all([mountains.avalue(), rivers.avalue(), forests.avalue()]);

console.log(mountains.value);
console.log(rivers.value);
console.log(forests.value);
