import { describe, expect, it } from 'vitest';
import { parseArguments, ToolCallAssembler, type ToolCallFragment } from '../src/index.js';

function assemble(...fragments: ToolCallFragment[]) {
  const calls = new ToolCallAssembler();
  for (const fragment of fragments) calls.add(fragment);
  return calls.finish();
}

describe('tool calls', () => {
  it('are put together by index and come in its order', () => {
    const { complete, broken } = assemble(
      { index: 1, id: 'b', name: 'g', arguments: '' },
      { index: 0, id: 'a', name: 'f', arguments: '{"x"' },
      { index: 1, arguments: '{"y":[1' },
      { index: 0, arguments: ':1}' },
      { index: 1, arguments: ']}' },
    );
    expect(complete).toEqual([
      { id: 'a', name: 'f', args: { x: 1 } },
      { id: 'b', name: 'g', args: { y: [1] } },
    ]);
    expect(broken).toEqual([]);
  });

  it('are two when a server gives both the index 0, or none', () => {
    const two = [
      { id: 'a', name: 'f', args: {} },
      { id: 'b', name: 'f', args: { x: 1 } },
    ];
    const second = { id: 'b', name: 'f', arguments: '{"x":1}' };
    expect(assemble({ index: 0, id: 'a', name: 'f' }, { index: 0, ...second }).complete).toEqual(two);
    expect(assemble({ id: 'a', name: 'f' }, second).complete).toEqual(two);
    expect(assemble({ id: 'a', name: 'f' }, second, { arguments: ' ' }).complete).toEqual(two);
  });

  it('are two when both are whole, whatever their indices are', () => {
    const [first, second] = [
      { name: 'f', arguments: '{"x":1}' },
      { name: 'g', arguments: '{"y":2}' },
    ];
    const two = [
      { id: undefined, name: 'f', args: { x: 1 } },
      { id: undefined, name: 'g', args: { y: 2 } },
    ];
    expect(assemble({ index: 0, ...first }, { index: 0, ...second }).complete).toEqual(two);
    expect(assemble(first, second).complete).toEqual(two);
    const again = { index: 0, name: 'f', arguments: '{"x":3}' };
    expect(assemble({ index: 0, ...first }, again).complete.map(({ args }) => args)).toEqual([
      { x: 1 },
      { x: 3 },
    ]);
  });

  it('are one when a server repeats the id and gives no index', () => {
    const { complete } = assemble(
      { id: 'a', name: 'f', arguments: '{"x"' },
      { id: 'b', name: 'g', arguments: '{' },
      { id: 'a', arguments: ':1}' },
      { id: 'b', arguments: '}' },
    );
    expect(complete).toEqual([
      { id: 'a', name: 'f', args: { x: 1 } },
      { id: 'b', name: 'g', args: {} },
    ]);
  });

  it('may have their arguments as an object', () => {
    expect(assemble({ index: 0, id: 'a', name: 'f', arguments: { x: [1] } }).complete).toEqual([
      { id: 'a', name: 'f', args: { x: [1] } },
    ]);
  });

  it('are one when a server repeats id and name', () => {
    const { complete } = assemble(
      { index: 0, id: 'a', name: 'f', arguments: '{' },
      { index: 0, id: 'a', name: 'f', arguments: '}' },
    );
    expect(complete).toEqual([{ id: 'a', name: 'f', args: {} }]);
  });

  it.each(['{"a":1', '[1]', 'null', '"x"', '{"a":1}}', "{'a':1}", '{a:1}'])(
    'with the arguments %s are broken',
    (json) => {
      expect(assemble({ index: 0, id: 'a', name: 'f', arguments: json })).toEqual({
        complete: [],
        broken: ['f'],
      });
    },
  );

  it('that were cut before their arguments are broken, and those without any are whole in a whole answer', () => {
    const calls = new ToolCallAssembler();
    calls.add({ index: 0, id: 'a', name: 'f', arguments: '{}' });
    calls.add({ index: 1, id: 'b', name: 'g', arguments: '' });
    expect(calls.finish(false)).toEqual({ complete: [{ id: 'a', name: 'f', args: {} }], broken: ['g'] });
    expect(calls.finish(true).broken).toEqual([]);
  });

  it('without a name are broken, and none are none', () => {
    expect(assemble({ index: 0, id: 'a', arguments: '{}' }).broken).toEqual(['']);
    expect(assemble()).toEqual({ complete: [], broken: [] });
    expect(new ToolCallAssembler().isEmpty).toBe(true);
  });

  it.each([-1, 1.5, 1024, 2 ** 40, '__proto__', Number.NaN])('with the index %s are refused', (index) => {
    const calls = new ToolCallAssembler();
    expect(() => calls.add({ index: index as number, id: 'a', name: 'f' })).toThrow(RangeError);
  });

  it('leave prototypes alone', () => {
    const args = parseArguments(
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    );
    expect(Object.getPrototypeOf(args)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
