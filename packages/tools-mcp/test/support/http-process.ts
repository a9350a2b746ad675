import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What the server tells of itself. */
export interface Told {
  readonly port?: number;
  readonly method?: string;
  readonly authorization?: string | null;
  readonly ended?: boolean;
}

/** A server on the loopback in a process of its own. */
export class HttpProcess {
  readonly told: Told[] = [];
  readonly _child: ChildProcess;
  _heard: (() => void)[] = [];

  constructor() {
    const file = fileURLToPath(new URL('./http-server.mjs', import.meta.url));
    this._child = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: this._child.stdout as NodeJS.ReadableStream });
    lines.on('line', (line) => {
      this.told.push(JSON.parse(line));
      for (const heard of this._heard.splice(0)) heard();
    });
  }

  /** The first thing told that fits, perhaps one to come. */
  async hears(fits: (told: Told) => boolean): Promise<Told> {
    for (;;) {
      const found = this.told.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => this._heard.push(resolve));
    }
  }

  async url(): Promise<string> {
    const { port } = await this.hears((told) => told.port !== undefined);
    return `http://127.0.0.1:${port}/mcp`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this._child, 'exit');
    this._child.stdin?.end();
    await ended;
  }
}
