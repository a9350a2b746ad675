import { expect, it } from 'vitest';
import { isSameEndpoint, withoutLastSlashes } from '../src/index.js';

it('slashes at the end say nothing, those before do', () => {
  expect(isSameEndpoint('https://a.org/v1', 'https://A.org:443/v1//')).toBe(true);
  expect(isSameEndpoint('https://a.org//v1', 'https://a.org/v1')).toBe(false);
  expect(['a//b/', '///', ''].map(withoutLastSlashes)).toEqual(['a//b', '', '']);
});
