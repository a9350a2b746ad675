import { ImageBlock, ModelToolCall } from '@melliflow/core';
import { pluginScope } from '@melliflow/plugins';
import { callTools, tool } from '@melliflow/stdlib';
import { describe, expect, it } from 'vitest';
import { telemetry } from '../src/index.js';
import { otelForEachTest } from './support/otel.js';

const otel = otelForEachTest();

describe('content of tools', () => {
  const png =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
  const round: Record<string, unknown> = {};
  round.self = round;

  it.each<[string, unknown, string]>([
    ['what has no JSON', round, '[Object]'],
    ['a number of any size', { n: 10n }, '{"n":"10"}'],
    ['nothing', undefined, 'undefined'],
    ['an image', new ImageBlock(png), '{"value":"[image]"}'],
    ['an image as text', png, '[image]'],
    [
      'images in a list',
      { images: [new ImageBlock(png)], raw: new Uint8Array(2) },
      '{"images":[{"value":"[image]"}],"raw":"[bytes]"}',
    ],
    [
      'a credential in JSON in a text',
      { text: '{"api_key": "abcd1234"}' },
      '{"text":"{\\"api_key\\": \\"[redacted]\\"}"}',
    ],
    [
      'a credential by its name',
      { api_key: 'abcd1234', auth_token: 12345678 },
      '{"api_key":"[redacted]","auth_token":"[redacted]"}',
    ],
  ])('%s: the span ends', async (_, result, shown) => {
    const plugin = telemetry({ tracer: otel.tracer, captureContent: true });
    const give = tool({
      name: 'give',
      description: 'Gives.',
      parameters: { type: 'object' },
      execute: () => result,
    });
    const call = new ModelToolCall({ name: 'give', func: give, args: {} });
    await pluginScope(plugin, () => callTools([call]));
    const [span] = otel.trees();
    expect(span?.attributes['gen_ai.tool.call.result']).toBe(shown);
  });
});
