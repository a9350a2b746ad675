import { vi } from 'vitest';

/** Runs an example, as `node` would, and gives what it printed. */
export async function runExample(name: string): Promise<string> {
  let printed = '';
  const print = (text: unknown): boolean => {
    printed += String(text);
    return true;
  };
  const spies = [
    vi
      .spyOn(console, 'log')
      .mockImplementation((...values: unknown[]) => void print(`${values.join(' ')}\n`)),
    vi.spyOn(process.stdout, 'write').mockImplementation(print),
  ];
  try {
    await import(`../${name}/main.ts`);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return printed;
}
