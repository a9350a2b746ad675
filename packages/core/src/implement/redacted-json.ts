import { ImageBlock } from '../content/image-block.js';
import { redact } from '../errors/redact.js';
import { className } from '../internal/describe.js';

/**
 * A value as JSON for logs and traces, without credentials and images. It never throws: what has no JSON is named by
 * its class. Each text is cleaned by itself, since within JSON its quotes are escaped and hide what stands between them.
 */
export function redactedJson(value: unknown, secrets?: readonly string[]): string {
  function clean(this: Record<string, unknown>, name: string, own: unknown): unknown {
    if (ArrayBuffer.isView(this[name])) return '[bytes]';
    if (typeof own === 'bigint') return String(own);
    if (typeof own !== 'string' && typeof own !== 'number') return own;
    const text = String(own);
    if (ImageBlock.isValidBase64Png(text)) return '[image]';
    // Some credentials are known by the name under which they stand.
    const named = redact(`${name}: ${text}`, secrets);
    const kept = named.startsWith(`${name}: `) ? named.slice(name.length + 2) : redact(text, secrets);
    return kept === text ? own : kept;
  }
  try {
    return JSON.stringify(value, clean) ?? typeof value;
  } catch {
    return `[${className(value as object)}]`;
  }
}
