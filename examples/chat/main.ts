// In a chat each question is asked with all that was said before it, until the session is reset.
import { startSession } from '@melliflow/stdlib';

await using m = await startSession({ backend: 'llamacpp', contextType: 'chat' });

async function say(message: string): Promise<void> {
  console.log(`You:   ${message}`);
  console.log(`Model: ${(await m.chat(message)).value}`);
}

await say('My name is Hana.');
await say('My favourite colour is blue.');
await say('What is my name?');
await say('What is my favourite colour?');

console.log(`(${m.ctx.asList().length} messages are forgotten.)`);
m.reset();
await say('What is my name?');
