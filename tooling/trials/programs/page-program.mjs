import { run } from './program.mjs';
import { report } from './report.mjs';

await report(run);
