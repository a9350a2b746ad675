// Turns the changesets into versions and changelogs: what the pull request of a release shows.
import { join } from 'node:path';
import { prepare, root, run } from './prepare.mjs';

await prepare();
const changesets = join(root, 'node_modules', '@changesets', 'cli', 'bin.js');
process.exitCode = await run(process.execPath, [changesets, 'version']);
