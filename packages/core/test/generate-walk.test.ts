import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { thunkFromEvents } from '../src/implement/index.js';
import { CBlock, generateWalk, ModelOutputThunk, type Part } from '../src/index.js';
import { drain, events, FunctionBackend, failureOf, Group, pushSource } from './support/doubles.js';

type Tree = string | Tree[] | Record<string, unknown>;
interface Case {
  id: string;
  tree: Tree;
  expect: { uncomputed?: string[]; raised?: { message: string } };
}
const golden = JSON.parse(readFileSync(new URL('golden/generate_walk.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

/** A component that throws when asked for its parts, as the reference's base class does. */
class WithoutParts extends Group {
  override parts(): readonly Part[] {
    throw new Error("parts isn't implemented by default");
  }
}

/** Golden trees as parts; `names` says which thunk stands for which word. */
function build(tree: Tree, names: Map<string, ModelOutputThunk>): Part {
  if (Array.isArray(tree)) return new Group(tree.map((child) => build(child, names)));
  if (typeof tree === 'object') {
    const bad: Record<string, unknown> = {
      int: 12345678901,
      str10: '0123456789',
      str11: '01234567890',
      none: null,
      short: {},
    };
    // SimpleComponent of stdlib is a component whose parts are the values, in order.
    if (tree.simple) return build(Object.values(tree.simple) as Tree[], names);
    if (tree.bad === 'noparts') return new WithoutParts([]);
    return bad[String(tree.bad)] as Part;
  }
  if (!/^[?!]/.test(tree)) return new CBlock(tree);
  const known = names.get(tree) ?? new ModelOutputThunk(tree.startsWith('!') ? tree : null);
  names.set(tree, known);
  return known;
}

describe('golden: walks', () => {
  // `instruction` needs a component of stdlib and is run there.
  const here = golden.cases.filter((one) => one.id !== 'instruction');
  for (const given of here) {
    it(given.id, () => {
      const names = new Map<string, ModelOutputThunk>();
      const part = build(given.tree, names);
      if (given.expect.raised) {
        const ownError = given.id === 'bad-noparts' ? given.expect.raised.message : TypeError;
        expect(() => generateWalk(part)).toThrow(ownError);
        return;
      }
      // Each thunk once (4.4), where the reference lists a repeated one twice.
      const wanted = [...new Set(given.expect.uncomputed)].map((name) => names.get(name));
      expect(generateWalk(part)).toEqual(wanted);
    });
  }

  it('names the path and the type of a wrong part', () => {
    const wrong = new Group([new CBlock('ok'), new Group([12345678901 as unknown as Part])]);
    expect(() => generateWalk(wrong)).toThrow(
      'A part must be a block or a component, got number 1234567890… at Group.parts()[1] > Group.parts()[0].',
    );
    const noList = { parts: () => 'x', formatForLlm: () => '', parse: () => '' } as unknown as Part;
    expect(() => generateWalk(noList)).toThrow(
      /parts\(\) of an object of class Object .* must give an array/,
    );
  });

  it('a cycle is a TypeError, and a shared component is not a cycle', () => {
    const children: Part[] = [];
    const loop = new Group(children);
    children.push(new Group([loop]));
    expect(() => generateWalk(loop)).toThrow(
      /come back to itself at Group\.parts\(\)\[0\] > Group\.parts\(\)\[0\]/,
    );
    const shared = new Group([new ModelOutputThunk(null)]);
    expect(generateWalk(new Group([shared, shared]))).toHaveLength(1);
  });
});

describe('walks of any size', () => {
  it('a chain of 100,000 components, and one of a cycle that deep, without recursion', () => {
    const thunk = new ModelOutputThunk(null);
    let chain = new Group([thunk]);
    for (let i = 0; i < 100_000; i++) chain = new Group([chain]);
    expect(generateWalk(chain)).toEqual([thunk]);
  });

  it('a diamond of 2^20 paths over 21 nodes: every component is asked for its parts once', () => {
    let asked = 0;
    class Counted extends Group {
      override parts(): readonly Part[] {
        asked += 1;
        return super.parts();
      }
    }
    let node: Part = new Counted([new ModelOutputThunk(null)]);
    for (let i = 0; i < 20; i++) node = new Counted([node, node]);
    expect(generateWalk(node)).toHaveLength(1);
    expect(asked).toBe(21);
  });

  it('a million nodes', () => {
    const leaves = Array.from(
      { length: 1000 },
      () => new Group(Array.from({ length: 1000 }, () => new CBlock('x'))),
    );
    expect(generateWalk(new Group(leaves))).toEqual([]);
  });
});

describe('doGenerateWalk (golden: do_generate_walk)', () => {
  const backend = new FunctionBackend();

  it('waits for the same thunk once, however often it is listed (4.4)', async () => {
    const source = pushSource();
    const thunk = thunkFromEvents(source.source);
    const walk = backend.doGenerateWalk(new Group([thunk, new Group([thunk])]));
    source.text('x');
    source.text('y');
    source.push({ type: 'finish', reason: 'stop' });
    await walk;
    expect([thunk.value, thunk.isComputed()]).toEqual(['xy', true]);
  });

  it('the first failure rejects, after the others have settled', async () => {
    const slow = pushSource();
    const other = thunkFromEvents(slow.source);
    const failing = thunkFromEvents(async function* () {
      yield* [];
      throw new Error('boom');
    });
    let done = false;
    const walk = failureOf(backend.doGenerateWalks([other, failing])).finally(() => (done = true));
    await drain();
    expect(done).toBe(false);
    slow.push({ type: 'finish', reason: 'stop' });
    expect((await walk).message).toContain('boom');
    expect(other.isComputed()).toBe(true);
  });

  it('nothing to wait for', async () => {
    await backend.doGenerateWalk(new CBlock('x'));
    const done = thunkFromEvents(() => events('a'));
    await done.avalue();
    await backend.doGenerateWalks([done, new Group([done])]);
  });
});
