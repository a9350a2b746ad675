import type { Gguf } from './gguf.js';

interface Layer {
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

const parts = [
  'attn_norm',
  'attn_q',
  'attn_k',
  'attn_v',
  'attn_output',
  'ffn_norm',
  'ffn_gate',
  'ffn_up',
  'ffn_down',
];

/** A model of the llama architecture, one token at a time, remembering what it has read. */
export class Transformer {
  /** How many tokens it can read and write together. */
  readonly length: number;
  readonly width: number;
  readonly heads: number;
  readonly inner: number;
  readonly epsilon: number;
  readonly turn: number;
  readonly embedding: Float32Array;
  readonly outputNorm: Float32Array;
  readonly layers: readonly Layer[];

  constructor({ meta, tensors }: Gguf) {
    const number = (key: string): number => Number(meta.get(`llama.${key}`));
    const tensor = (name: string): Float32Array => {
      const found = tensors.get(`${name}.weight`);
      if (!found) throw new TypeError(`The model has no weights ${name}.`);
      return found;
    };
    this.length = number('context_length');
    this.width = number('embedding_length');
    this.heads = number('attention.head_count');
    this.inner = number('feed_forward_length');
    this.epsilon = number('attention.layer_norm_rms_epsilon');
    this.turn = number('rope.freq_base');
    this.embedding = tensor('token_embd');
    this.outputNorm = tensor('output_norm');
    this.layers = Array.from({ length: number('block_count') }, (_, i) => ({
      weights: Object.fromEntries(parts.map((part) => [part, tensor(`blk.${i}.${part}`)])),
      keys: new Float32Array(this.length * this.width),
      values: new Float32Array(this.length * this.width),
    }));
  }

  /** Reads the token at its place; gives a number for each token that may come next. */
  read(token: number, place: number): Float32Array {
    const x = this.embedding.slice(token * this.width, (token + 1) * this.width);
    for (const layer of this.layers) {
      addTo(x, this._attend(layer, norm(x, weight(layer, 'attn_norm'), this.epsilon), place));
      addTo(x, this._think(layer, norm(x, weight(layer, 'ffn_norm'), this.epsilon)));
    }
    return multiply(this.embedding, norm(x, this.outputNorm, this.epsilon));
  }

  _attend(layer: Layer, x: Float32Array, place: number): Float32Array {
    const { width, heads } = this;
    const size = width / heads;
    const query = this._rotated(multiply(weight(layer, 'attn_q'), x), place);
    layer.keys.set(this._rotated(multiply(weight(layer, 'attn_k'), x), place), place * width);
    layer.values.set(multiply(weight(layer, 'attn_v'), x), place * width);
    const mixed = new Float32Array(width);
    const scores = new Float32Array(place + 1);
    for (let first = 0; first < width; first += size) {
      for (let p = 0; p <= place; p++) {
        let sum = 0;
        for (let j = first; j < first + size; j++) sum += (query[j] ?? 0) * (layer.keys[p * width + j] ?? 0);
        scores[p] = sum / Math.sqrt(size);
      }
      softmax(scores);
      for (let p = 0; p <= place; p++) {
        const share = scores[p] ?? 0;
        for (let j = first; j < first + size; j++)
          mixed[j] = (mixed[j] ?? 0) + share * (layer.values[p * width + j] ?? 0);
      }
    }
    return multiply(weight(layer, 'attn_output'), mixed);
  }

  _think(layer: Layer, x: Float32Array): Float32Array {
    const gate = multiply(weight(layer, 'ffn_gate'), x);
    const up = multiply(weight(layer, 'ffn_up'), x);
    return multiply(
      weight(layer, 'ffn_down'),
      gate.map((g, i) => (g / (1 + Math.exp(-g))) * (up[i] ?? 0)),
    );
  }

  /** Turns each pair of numbers by an angle that says where the token stands. */
  _rotated(x: Float32Array, place: number): Float32Array {
    const size = this.width / this.heads;
    for (let i = 0; i < x.length; i += 2) {
      const angle = place * this.turn ** (-(i % size) / size);
      const [cos, sin, a, b] = [Math.cos(angle), Math.sin(angle), x[i] ?? 0, x[i + 1] ?? 0];
      x[i] = a * cos - b * sin;
      x[i + 1] = a * sin + b * cos;
    }
    return x;
  }
}

function weight(layer: Layer, part: string): Float32Array {
  return layer.weights[part] as Float32Array;
}

/** A matrix, row after row, times a vector whose length is a multiple of four. Almost all the time goes here. */
function multiply(matrix: Float32Array, x: Float32Array): Float32Array {
  const columns = x.length;
  const y = new Float32Array(matrix.length / columns);
  for (let row = 0, at = 0; row < y.length; row++) {
    let [a, b, c, d] = [0, 0, 0, 0]; // four sums that need not wait for one another
    for (let j = 0; j < columns; j += 4, at += 4) {
      a += (matrix[at] as number) * (x[j] as number);
      b += (matrix[at + 1] as number) * (x[j + 1] as number);
      c += (matrix[at + 2] as number) * (x[j + 2] as number);
      d += (matrix[at + 3] as number) * (x[j + 3] as number);
    }
    y[row] = a + b + c + d;
  }
  return y;
}

function norm(x: Float32Array, weights: Float32Array, epsilon: number): Float32Array {
  const scale = 1 / Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length + epsilon);
  return x.map((v, i) => v * scale * (weights[i] ?? 0));
}

function softmax(scores: Float32Array): void {
  const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += scores[i] = Math.exp((scores[i] ?? 0) - most);
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] ?? 0) / sum;
}

function addTo(x: Float32Array, more: Float32Array): void {
  for (let i = 0; i < x.length; i++) x[i] = (x[i] ?? 0) + (more[i] ?? 0);
}
