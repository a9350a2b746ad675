// An empty folder of a user, and the commands that are run in it.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stop } from './stop.mjs';

/** A command that takes longer hangs: on a cold cache an installation takes minutes. */
const LIMIT_MS = 600_000;

/** Settings of the user stay, but not what a package manager that started this process told it of our workspace. */
function userEnvironment() {
  const ours = ([name]) =>
    !/^(NODE_PATH|NODE_ENV|INIT_CWD|npm_(package|lifecycle|node|command|execpath))/.test(name);
  return { ...Object.fromEntries(Object.entries(process.env).filter(ours)), CI: '1' };
}

export class Project {
  constructor(folder, manifest = {}) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    this.write('package.json', { private: true, type: 'module', ...manifest });
  }

  /** Writes a file; what is no text is written as JSON. */
  write(path, content) {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    return file;
  }

  path(...parts) {
    return join(this.folder, ...parts);
  }

  /** Runs a command in the folder; a failure tells what it printed. */
  run(command, args, environment = {}) {
    const options = {
      cwd: this.folder,
      env: { ...userEnvironment(), ...environment },
      timeout: LIMIT_MS,
      signal: stop.signal,
      maxBuffer: 64 * 1024 * 1024,
      shell: process.platform === 'win32',
    };
    return new Promise((resolve, reject) => {
      execFile(command, args, options, (error, stdout, stderr) => {
        if (!error) return resolve({ stdout, stderr });
        const told = [`${command} ${args.join(' ')}: ${error.code ?? error.signal}`, stdout, stderr];
        reject(new Error(told.join('\n').slice(0, 6000), { cause: error }));
      }).stdin.end();
    });
  }

  async node(...args) {
    return (await this.run(process.execPath, args)).stdout;
  }
}
