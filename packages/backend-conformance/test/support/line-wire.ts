import type { Wire } from '../../src/servers/index.js';

/** A service that takes a prompt by POST and answers line by line; a line with a dot alone ends the answer. */
export const lineWire: Wire = {
  name: 'lines',
  basePath: '/',
  answer: (_, { deltas = [] }) => ({
    framing: { contentType: 'text/plain', whole: false, frame: (data) => `${data}\n`, comment: '\n' },
    events: [...deltas.map((data) => ({ data, content: true })), { data: '.' }],
  }),
  prompts: ({ text }) => [text],
  errorBody: ({ message }) => ({ error: message }),
  errorEvent: ({ message }) => `error: ${message}`,
  emptyEvent: '',
};
