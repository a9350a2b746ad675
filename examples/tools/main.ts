// The model asks for functions of the program to be called, is told what they give, and answers with it.
import { callTools, startSession, tool } from '@melliflow/stdlib';
import { z } from 'zod';

const weather = tool({
  name: 'get_weather',
  description: 'Get the weather in a city',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => (city === 'Rome' ? 'sunny' : 'rainy'),
});
const mail = tool({
  name: 'send_mail',
  description: 'Send a mail to a person',
  parameters: z.object({ to: z.string(), text: z.string() }),
  execute: () => 'ok',
});

await using m = await startSession({ backend: 'llamacpp', contextType: 'chat' });
const offer = { modelOptions: { tools: [weather, mail] }, toolCalls: true };

for (const request of ['What is the weather in Rome?', 'Send a mail to Ken and say hello.']) {
  m.reset();
  console.log(request);
  const asked = await m.chat(request, offer);
  for (const { name, args } of asked.toolCalls ?? []) console.log(`  calls ${name}(${JSON.stringify(args)})`);

  // Arguments are made to fit the schema; what does not is told to the model, and so is a tool's error.
  const results = await callTools(asked);
  for (const { content } of results) console.log(`  which gives "${content}"`);

  // All but the last result are for the context, the last is what the model is asked next.
  const last = results.pop();
  for (const result of results) m.ctx = m.ctx.add(result);
  console.log(`  ${(last ? await m.act(last, offer) : asked).value}`);
}
