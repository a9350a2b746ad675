import { describe, expect, it } from 'vitest';
import { CBlock, Context, ModelOutputThunk, type Part } from '../src/index.js';
import { PlainContext } from './support/doubles.js';

class Windowed extends Context {
  size: number;
  constructor(size: number) {
    super();
    this.size = size;
  }
  viewForGeneration(): Part[] {
    return this.asList(this.size);
  }
}

describe('contexts (golden cases of the concrete ones are run in stdlib)', () => {
  it('add shares the past and keeps class and settings; so does resetToNew (3.1)', () => {
    const root = new Windowed(2);
    const one = root.add(new CBlock('a'));
    const two = one.add(new CBlock('b')).add(new CBlock('c'));
    expect([two instanceof Windowed, two.size, two.viewForGeneration().map(String)]).toEqual([
      true,
      2,
      ['b', 'c'],
    ]);
    expect([root.isRootNode, one.isRootNode, one.previousNode === root, String(one.nodeData)]).toEqual([
      true,
      false,
      true,
      'a',
    ]);
    expect(root.asList()).toEqual([]);
    expect([two.resetToNew().size, two.resetToNew().isRootNode]).toEqual([2, true]);
  });

  it('fromPrevious makes a node of the class that it is called on', () => {
    const past = new PlainContext().add(new CBlock('a'));
    const next = PlainContext.fromPrevious(past, new CBlock('b'));
    expect([next instanceof PlainContext, next.asList().map(String)]).toEqual([true, ['a', 'b']]);
    expect(Context.fromPrevious(past, new CBlock('b')) instanceof PlainContext).toBe(true);
  });

  it('refuses what is neither a block nor a component', () => {
    for (const bad of [null, 'text', 7]) {
      expect(() => new PlainContext().add(bad as unknown as Part)).toThrow(
        /A context holds blocks and components, got /,
      );
    }
  });

  it('turns and outputs', () => {
    const thunk = new ModelOutputThunk('out');
    const ctx = new PlainContext().add(new CBlock('in')).add(thunk);
    expect(ctx.lastTurn()).toEqual({ modelInput: ctx.asList()[0], output: thunk });
    expect(ctx.add(new CBlock('x')).lastTurn()?.output).toBeNull();
    expect(ctx.add(thunk).lastTurn()).toEqual({ modelInput: thunk, output: thunk });
    expect(new PlainContext().add(thunk).lastTurn()).toEqual({ modelInput: null, output: thunk });
    expect(new PlainContext().lastTurn()).toBeNull();
    expect(JSON.parse(JSON.stringify(ctx))).toHaveLength(2);
  });

  it('a million entries: add costs the same at any length, asList is linear and has no recursion', () => {
    const block = new CBlock('x');
    let ctx: Context = new PlainContext();
    for (let i = 0; i < 1_000_000; i++) ctx = ctx.add(block);
    expect(ctx.asList()).toHaveLength(1_000_000);
    expect(ctx.asList(3)).toHaveLength(3);
    expect(ctx.lastOutput()).toBeNull();
  });
});
