import fc from 'fast-check';

/** Something that happens to the bytes of a body. */
export type Mangling =
  | { readonly kind: 'cut' | 'drop line' | 'double line' | 'swap lines'; readonly at: number }
  | { readonly kind: 'flip' | 'insert'; readonly at: number; readonly bytes: readonly number[] }
  | { readonly kind: 'crlf' | 'cr' | 'bom' | 'huge line' | 'twice' | 'interleave' };

const at = fc.double({ min: 0, max: 1, noNaN: true });
const bytes = fc.oneof(
  fc.array(fc.nat(255), { minLength: 1, maxLength: 6 }),
  fc.constantFrom(
    [0xff, 0xfe],
    [0xc3],
    [0xed, 0xa0, 0x80],
    [0xf0, 0x9f],
    [0],
    [10],
    [13],
    [10, 10],
    [34],
    [123],
    [125],
  ),
);

export const mangling: fc.Arbitrary<Mangling> = fc.oneof(
  fc.record({ kind: fc.constantFrom('cut', 'drop line', 'double line', 'swap lines'), at }),
  fc.record({ kind: fc.constantFrom('flip', 'insert'), at, bytes }),
  fc.record({ kind: fc.constantFrom('crlf', 'cr', 'bom', 'huge line', 'twice', 'interleave') }),
);

/** The body after all that happened to it. */
export function mangled(body: Uint8Array, manglings: readonly Mangling[]): Buffer {
  return manglings.reduce<Buffer>((now, one) => after(now, one), Buffer.from(body));
}

function after(body: Buffer, mangling: Mangling): Buffer {
  switch (mangling.kind) {
    case 'cut':
      return body.subarray(0, Math.floor(mangling.at * body.length));
    case 'flip':
    case 'insert': {
      const place = Math.floor(mangling.at * body.length);
      const rest = body.subarray(place + (mangling.kind === 'flip' ? mangling.bytes.length : 0));
      return Buffer.concat([body.subarray(0, place), Buffer.from(mangling.bytes), rest]);
    }
    case 'crlf':
    case 'cr':
      return Buffer.from(
        body.toString('latin1').replaceAll('\n', mangling.kind === 'cr' ? '\r' : '\r\n'),
        'latin1',
      );
    case 'bom':
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]);
    case 'huge line':
      return Buffer.concat([body, Buffer.from(`data: ${'x'.repeat(300_000)}\n`)]);
    case 'twice':
      return Buffer.concat([body, body]);
    case 'interleave': {
      const lines = body.toString('latin1').split('\n');
      const late = lines.splice(Math.ceil(lines.length / 2));
      return Buffer.from(lines.flatMap((line, i) => [line, ...late.slice(i, i + 1)]).join('\n'), 'latin1');
    }
    default:
      return withLines(body, mangling.at, mangling.kind);
  }
}

function withLines(body: Buffer, where: number, kind: 'drop line' | 'double line' | 'swap lines'): Buffer {
  const lines = body.toString('latin1').split('\n');
  const place = Math.floor(where * lines.length);
  const [line = '', next = ''] = lines.slice(place, place + 2);
  const instead = { 'drop line': [next], 'double line': [line, line, next], 'swap lines': [next, line] };
  return Buffer.from(lines.toSpliced(place, 2, ...instead[kind]).join('\n'), 'latin1');
}
