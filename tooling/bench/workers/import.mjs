// The time that an import takes in a fresh process, and the CPU.
import { measure, report } from '../lib/measure.mjs';

const [, , name] = process.argv;
report(await measure(async () => void (await import(name === 'nothing' ? '../lib/nothing.mjs' : name))));
process.exit(0);
