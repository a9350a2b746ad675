// npm run recording: runs the README's command in a terminal and writes docs/terminal.svg of what it showed, and when.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';
import { svgOf } from './terminal-recording.mjs';

const command = 'npm start -- --max-sentences 2 "Write a short story about a robot."';
const title =
  'A terminal: a story streams, two sentences are shown, the third is one too many and is cut before anybody sees it.';

/** Whose home this is, and what npm says before it starts, are not what is to be seen. */
const env = { ...process.env, npm_config_loglevel: 'silent', TERM: 'xterm-256color', NO_COLOR: undefined };
const shownRoot = '~/melliflow';

/** Runs a command in a terminal of its own; resolves with what it wrote, piece by piece, with the times. */
function record(program) {
  const child = spawn('script', ['--quiet', '--return', '--command', program, '/dev/null'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const recorded = [];
  const startMs = performance.now();
  child.stdout.setEncoding('utf8').on('data', (text) => {
    recorded.push({ atMs: Math.round(performance.now() - startMs), text: text.replaceAll(root, shownRoot) });
  });
  return new Promise((resolve, reject) => {
    child.on('error', (cause) =>
      reject(new Error('A terminal is made by `script` of util-linux; it could not be started.', { cause })),
    );
    child.on('close', (code) => resolve({ recorded, code }));
  });
}

await record('npm start -- --max-tokens 1 "Hello."'); // whatever is not built yet is built before
const { recorded, code } = await record(command);
if (code !== 1) throw new Error(`The command ended with ${code}, not with 1 for a failed requirement.`);
writeFileSync(join(root, 'docs', 'terminal.svg'), svgOf(recorded, { command, title }));
