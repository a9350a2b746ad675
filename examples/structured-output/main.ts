// A schema of zod, ArkType or Valibot, or plain JSON Schema, gives an answer its form and its type.
import { startSession } from '@melliflow/stdlib';
import { z } from 'zod';

const robot = z.object({
  name: z.string().max(20),
  likes: z.enum(['music', 'rain', 'soup']),
  age: z.int().min(1).max(99),
});

await using m = await startSession({ backend: 'llamacpp' });

const answer = await m.instruct('Make up a robot.', { format: robot, modelOptions: { seed: 1 } });
console.log(answer.value);

const { name, likes, age } = answer.parsedRepr; // { name: string; likes: 'music' | 'rain' | 'soup'; age: number }
console.log(`${name.toUpperCase()} likes ${likes} and will be ${age + 1} next year.`);
