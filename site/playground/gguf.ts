/** What stands in the head of the file: numbers, texts, booleans and lists of them. */
export type GgufValue = number | string | boolean | readonly GgufValue[];

/** A model file, read whole. */
export interface Gguf {
  readonly meta: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

const BLOCK = 32;

/**
 * Reads a GGUF file whose weights are F32, F16 or Q8_0, as those of the tiny model are.
 *
 * @throws TypeError for other bytes, and for kinds of values or weights that the tiny model does not have.
 */
export function readGguf(bytes: Uint8Array): Gguf {
  const head = new Cursor(bytes);
  if (head.u32() !== 0x46554747) throw new TypeError('This is no GGUF file: it does not begin with GGUF.');
  head.u32();
  const tensorCount = head.u64();
  const metaCount = head.u64();
  const meta = new Map<string, GgufValue>();
  for (let i = 0; i < metaCount; i++) meta.set(head.text(), head.value(head.u32()));
  const places = Array.from({ length: tensorCount }, () => {
    const name = head.text();
    const sizes = Array.from({ length: head.u32() }, () => head.u64());
    return { name, count: sizes.reduce((a, b) => a * b, 1), type: head.u32(), offset: head.u64() };
  });
  const base = Math.ceil(head.at / BLOCK) * BLOCK;
  const tensors = places.map(
    ({ name, count, type, offset }) => [name, readWeights(head.view, base + offset, count, type)] as const,
  );
  return { meta, tensors: new Map(tensors) };
}

function readWeights(view: DataView, start: number, count: number, type: number): Float32Array {
  const weights = new Float32Array(count);
  let at = start;
  if (type === 0) for (let i = 0; i < count; i++, at += 4) weights[i] = view.getFloat32(at, true);
  else if (type === 1) for (let i = 0; i < count; i++, at += 2) weights[i] = half(view.getUint16(at, true));
  else if (type === 8) {
    for (let i = 0; i < count; at += BLOCK + 2) {
      const scale = half(view.getUint16(at, true));
      for (let j = 0; j < BLOCK; j++) weights[i++] = scale * view.getInt8(at + 2 + j);
    }
  } else throw new TypeError(`Weights of the kind ${type} are not read here; F32, F16 and Q8_0 are.`);
  return weights;
}

function half(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

class Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u32(): number {
    return this.view.getUint32(this._skip(4), true);
  }

  u64(): number {
    return Number(this.view.getBigUint64(this._skip(8), true));
  }

  text(): string {
    const length = this.u64();
    const start = this._skip(length);
    return new TextDecoder().decode(this.bytes.subarray(start, start + length));
  }

  value(type: number): GgufValue {
    if (type === 4) return this.u32();
    if (type === 5) return this.view.getInt32(this._skip(4), true);
    if (type === 6) return this.view.getFloat32(this._skip(4), true);
    if (type === 7) return this.view.getUint8(this._skip(1)) === 1;
    if (type === 8) return this.text();
    if (type !== 9) throw new TypeError(`A value of the kind ${type} is not read here.`);
    const items = this.u32();
    return Array.from({ length: this.u64() }, () => this.value(items));
  }

  _skip(length: number): number {
    this.at += length;
    return this.at - length;
  }
}
