// A function whose body is the model: typed arguments in, a typed result out.
import { generative, getSession, startSession } from '@melliflow/stdlib';
import { z } from 'zod';

const sentiment = generative({
  name: 'sentiment',
  description: 'Classify the sentiment of the text as positive or negative.',
  input: z.object({ text: z.string().min(1) }),
  output: z.enum(['positive', 'negative']),
});

await using m = await startSession({ backend: 'llamacpp' });

console.log(await sentiment(m, { text: 'I love this song.' }));

// Inside of `run` the session need not be named, however deep the call is.
await m.run(async () => {
  console.log(getSession() === m, await sentiment({ text: 'The soup was cold and bad.' }));
});
