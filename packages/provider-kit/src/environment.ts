/**
 * A variable of the environment, without white space around it; undefined where it is missing or empty, where there
 * is no process (a browser), and where the process may not read its environment (Deno without the permission).
 */
export function environmentVariable(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  try {
    return process?.env?.[name]?.trim() || undefined;
  } catch {
    return undefined;
  }
}
