import { strict as assert } from 'node:assert';
import { ImageBlock, UnsupportedFeatureError } from '@melliflow/core';
import { ExamComponent } from '../exam/exam-context.js';
import { type Law, lawsOf } from '../exam/law.js';
import { assertIs } from './rejection.js';

/** One black pixel, and one white. */
const [black, white] = [
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
] as const;

const withImages = (...images: string[]): ExamComponent =>
  new ExamComponent([], {
    args: { text: 'What is this?' },
    images: images.map((image) => new ImageBlock(image)),
    role: 'user',
  });

export const imagesLaws: readonly Law[] = lawsOf('images', {
  sent: {
    clause: '1',
    sentence: 'The images of a component are sent, in order, with its text.',
    needs: ['images'],
    async run(exam) {
      const { backend, request } = await exam.open([{ deltas: ['a pixel'] }]);
      const [thunk] = await backend.generateFromContext(withImages(black, white), exam.context);
      assert.equal(await thunk.avalue(), 'a pixel');
      const { text } = await request();
      const places = [text.indexOf(black), text.indexOf(white)] as const;
      assert.ok(places[0] >= 0 && places[0] < places[1], 'not both were sent, in order');
      assert.ok(text.includes('What is this?'), 'the text was not sent');
    },
  },
  past: {
    clause: '4',
    sentence: 'The images of earlier entries of the context are sent too.',
    needs: ['images'],
    async run(exam) {
      const { backend, request } = await exam.open([{ deltas: ['ok'] }]);
      const [thunk] = await backend.generateFromContext('And now?', exam.context.add(withImages(black)));
      await thunk.avalue();
      assert.ok((await request()).text.includes(black), 'it was not sent');
    },
  },
  unclaimed: {
    clause: '4.5',
    sentence: 'A backend that shows no images says so by a warning or UnsupportedFeatureError.',
    async run(exam) {
      const { backend } = await exam.open([{ deltas: ['ok'] }]);
      const [thunk] = await backend.generateFromContext(withImages(black), exam.context);
      const end = await thunk.avalue().catch((error: unknown) => error);
      if (backend.capabilities.images) return assert.equal(end, 'ok');
      if (typeof end !== 'string') return assertIs(end, UnsupportedFeatureError);
      assert.ok(
        thunk.generation.warnings.some(({ option }) => option === 'images'),
        'no warning of images',
      );
    },
  },
});
