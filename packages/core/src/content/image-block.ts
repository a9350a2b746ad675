import { describe } from '../internal/describe.js';
import { CBlock, type CBlockInit } from './cblock.js';

/** Where a PNG can come from; the last is the shape of `sharp`. */
export type PngSource = Uint8Array | ArrayBuffer | Blob | { png(): { toBuffer(): Promise<Uint8Array> } };

/** The signature of PNG in base64 fills ten characters and four bits of the eleventh; padding is taken off first. */
const base64Png = /^iVBORw0KGg[opqr][A-Za-z0-9+/]*$/;

/** A PNG image as base64, with or without a data URI in front. */
export class ImageBlock extends CBlock {
  /** @throws TypeError when `value` is not a PNG in base64. */
  constructor(value: string, init?: CBlockInit) {
    super(value, init);
    requirePng(value);
  }

  override get value(): string | null {
    return this._value;
  }

  override set value(value: string | null) {
    this._value = requirePng(value);
  }

  /** Whether `s` is a PNG in base64; a data URI in front and missing padding are accepted. */
  static isValidBase64Png(s: string): boolean {
    const data = s.includes('data:') && s.includes('base64,') ? (s.split('base64,')[1] ?? '') : s;
    let end = data.length;
    while (data[end - 1] === '=') end -= 1;
    const body = data.slice(0, end);
    return body.length % 4 !== 1 && base64Png.test(body);
  }

  /** @throws TypeError when the bytes are not a PNG. */
  static async toBase64Png(image: PngSource): Promise<string> {
    return requirePng(toBase64(await bytesOf(image)));
  }

  /** @throws TypeError when the bytes are not a PNG. */
  static async fromImage(image: PngSource, init?: CBlockInit): Promise<ImageBlock> {
    return imageBlock(await bytesOf(image), init);
  }

  /** @throws TypeError when the bytes are not a PNG. */
  static fromPng(bytes: Uint8Array, init?: CBlockInit): ImageBlock {
    return imageBlock(bytes, init);
  }
}

// Outside the class: a class that names itself is renamed when it is bundled, and shows as `_ImageBlock`.
function imageBlock(bytes: Uint8Array, init?: CBlockInit): ImageBlock {
  return new ImageBlock(toBase64(bytes), init);
}

function requirePng(value: string | null): string {
  if (typeof value === 'string' && ImageBlock.isValidBase64Png(value)) return value;
  throw new TypeError(`An image must be a PNG (in base64), got ${describe(value)}.`);
}

async function bytesOf(image: PngSource): Promise<Uint8Array> {
  if (image instanceof Uint8Array) return image;
  if (image instanceof ArrayBuffer) return new Uint8Array(image);
  if (image instanceof Blob) return new Uint8Array(await image.arrayBuffer());
  if (typeof image?.png === 'function') return image.png().toBuffer();
  throw new TypeError(`An image must be bytes, a Blob or have png(), got ${describe(image)}.`);
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}
