import { run } from './read-streams.mjs';
import { report } from './report.mjs';

await report(run);
