// A schema gives the answer its form and its type. The schema may be zod's, ArkType's, Valibot's or plain JSON Schema.
import { startSession } from '@melliflow/stdlib';
import { z } from 'zod';

await using m = await startSession({ backend: 'llamacpp' });

const robot = z.object({ name: z.string().max(20), likes: z.enum(['music', 'rain', 'soup']) });
const answer = await m.instruct('Make up a robot.', { format: robot, modelOptions: { seed: 1 } });

const { name, likes } = answer.parsedRepr;
console.log(`${name.toUpperCase()} likes ${likes}.`);
