import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TextQueue } from '../src/text-queue.js';

it('property: what is put in comes out, in whatever pieces, and nothing is kept of what came out', () => {
  const step = fc.oneof(fc.string({ maxLength: 9 }), fc.nat({ max: 12 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new TextQueue();
      let [put, taken] = ['', ''];
      for (const given of steps) {
        if (typeof given === 'string') {
          queue.put(given);
          put += given;
        } else {
          const piece = queue.take(given);
          expect(piece.length).toBe(Math.min(given, put.length - taken.length));
          taken += piece;
        }
      }
      taken += queue.take(Number.POSITIVE_INFINITY);
      expect([taken, queue.pieces]).toEqual([put, []]);
    }),
  );
});
