import { fileURLToPath } from 'node:url';
import { runInForeground } from '../../start.mjs';

const [program, ...args] = process.argv.slice(2);
process.exitCode = await runInForeground(fileURLToPath(new URL(program, import.meta.url)), args);
