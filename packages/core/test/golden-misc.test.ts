import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  blockify,
  CBlock,
  defaultOutputToBool,
  getImagesFromComponent,
  ImageBlock,
  ModelOutputThunk,
  PartialValidationResult,
  ValidationResult,
} from '../src/index.js';
import { Group } from './support/doubles.js';

interface Golden {
  image_block: { id: string; in: string; valid: boolean; py_only?: boolean }[];
  output_to_bool: { in: string; returned: boolean }[];
  validation_results: { id: string; success?: string; bool?: boolean; raised?: unknown }[];
}

const golden = JSON.parse(readFileSync(new URL('golden/misc.json', import.meta.url), 'utf8')) as Golden;

describe('golden: images', () => {
  for (const given of golden.image_block.filter((one) => !one.py_only)) {
    it(given.id, () => {
      expect(ImageBlock.isValidBase64Png(given.in)).toBe(given.valid);
      if (given.valid) expect(new ImageBlock(given.in).value).toBe(given.in);
      else expect(() => new ImageBlock(given.in)).toThrow(TypeError);
    });
  }

  const png = Uint8Array.from(atob(golden.image_block[0]?.in ?? ''), (c) => c.charCodeAt(0));

  it('takes bytes, buffers, blobs and the shape of sharp, and gives the same base64', async () => {
    const sources = [
      png,
      png.buffer.slice(0) as ArrayBuffer,
      new Blob([png]),
      { png: () => ({ toBuffer: async () => png }) },
    ];
    for (const source of sources)
      expect(await ImageBlock.toBase64Png(source)).toBe(golden.image_block[0]?.in);
    expect((await ImageBlock.fromImage(png, { meta: { alt: 'dot' } })).meta).toEqual({ alt: 'dot' });
    const large = new Uint8Array(200_000);
    large.set(png);
    expect(ImageBlock.fromPng(large).value?.length).toBe(Math.ceil(200_000 / 3) * 4);
  });

  it('refuses bytes that are no PNG, also by the setter', async () => {
    await expect(ImageBlock.fromImage(new Uint8Array([1, 2, 3]))).rejects.toThrow(TypeError);
    await expect(ImageBlock.toBase64Png('x' as unknown as Uint8Array)).rejects.toThrow(TypeError);
    const image = ImageBlock.fromPng(png);
    expect(() => (image.value = 'nope')).toThrow(TypeError);
  });
});

describe('golden: yes and no', () => {
  for (const given of golden.output_to_bool) {
    it(JSON.stringify(given.in), () => {
      expect(defaultOutputToBool(given.in)).toBe(given.returned);
      expect(defaultOutputToBool(new CBlock(given.in))).toBe(given.returned);
      expect(defaultOutputToBool(new ModelOutputThunk(given.in))).toBe(given.returned);
    });
  }
});

describe('golden: blockify', () => {
  const duck = { parts: () => [], formatForLlm: () => 'x', parse: () => 'x' };
  it('gives blocks, thunks, images and components back as they are', () => {
    for (const part of [new CBlock('x'), new ModelOutputThunk(null), new Group([]), duck])
      expect(blockify(part)).toBe(part);
    expect(blockify('text').toString()).toBe('text');
  });
  it.each([[null], [['a']], [new Uint8Array(1)], [CBlock], [7]])('refuses %s with its type', (bad) => {
    expect(() => blockify(bad as unknown as string)).toThrow(/^Expected text, a CBlock or a component, got /);
  });
});

describe('golden: verdicts', () => {
  it('pass is true, fail and unknown are not, anything else is a TypeError', () => {
    const cases = golden.validation_results.filter((one) => one.id.startsWith('Partial'));
    expect(cases).toHaveLength(6);
    for (const given of cases) {
      const argument = /\((.*)\)/.exec(given.id)?.[1] ?? '';
      const success = { None: null, True: true }[argument] ?? argument.replaceAll("'", '');
      const make = () => new PartialValidationResult(success as 'pass', { reason: 'r', score: 0.5 });
      if (given.raised) expect(make).toThrow(TypeError);
      else expect([make().asBool(), make().reason, make().score]).toEqual([given.bool, 'r', 0.5]);
    }
    expect(new ValidationResult(true, { reason: 'r' }).asBool()).toBe(true);
    const no = new ValidationResult(false);
    expect([no.asBool(), no.reason, no.score, no.thunk, no.context]).toEqual([false, null, null, null, null]);
  });

  it('images of a component: null when absent or empty', () => {
    expect(getImagesFromComponent({})).toBeNull();
    expect(getImagesFromComponent({ images: [] })).toBeNull();
    expect(getImagesFromComponent(null)).toBeNull();
    expect(getImagesFromComponent({ images: [1] })).toEqual([1]);
  });
});
