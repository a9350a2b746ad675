import { strict as assert } from 'node:assert';
import {
  BackendError,
  ConnectionError,
  ContextLengthError,
  IncompleteStreamError,
  MalformedResponseError,
  type ModelOutputThunk,
  QuotaError,
} from '@melliflow/core';
import type { Exam } from '../exam/exam.js';
import { type Law, type LawText, lawsOf } from '../exam/law.js';
import type { Fault, StatusFault } from '../servers/fault.js';
import { assertBackendError, assertIs, assertSoon, rejection } from './rejection.js';
import { shapes, statuses } from './wrong-replies.js';

/** The error of a generation with this fault, and its thunk; the part is kept, and no connection. */
async function failure(
  exam: Exam,
  fault: Fault,
  stream: boolean,
): Promise<{ error: BackendError; thunk: ModelOutputThunk }> {
  const { backend, requests } = await exam.open([{ deltas: ['one ', 'two'], fault }]);
  const [thunk] = await backend.generateFromContext('Go.', exam.context, { modelOptions: { stream } });
  const error = await rejection(thunk.avalue(), `avalue() ${stream ? 'of a stream' : 'of a whole reply'}`);
  const failedAt = performance.now();
  await exam.until(() => requests().every(({ open }) => !open), 'closed connections');
  assertSoon(performance.now(), failedAt);
  assertBackendError(error);
  const { provider, model } = error;
  assert.deepEqual([provider, model], [backend.provider, backend.modelId], 'provider and model of the error');
  const told = 'after' in fault && fault.kind !== 'reset' && backend.capabilities.streaming;
  if (stream && told) assert.equal(thunk.partialValue, 'one ', 'partialValue');
  return { error, thunk };
}

type ErrorType = typeof BackendError;

/** The law of one status, asked of a whole reply and of a stream. */
function status(fault: Omit<StatusFault, 'kind'>, types: readonly ErrorType[], retryable: boolean): LawText {
  const names = types.map((type) => type.name).join(' or ');
  const kind = fault.code ? ` with the code ${fault.code}` : '';
  return {
    clause: '4',
    sentence: `Status ${fault.status}${kind} is ${names}, ${retryable ? '' : 'not '}retryable.`,
    async run(exam) {
      const written = fault.code ? [] : shapes.map((shape) => [false, shape] as const);
      for (const [stream, shape] of [[false], [true], ...written] as const) {
        const { error } = await failure(exam, { kind: 'status', shape, ...fault }, stream);
        assertIs(error, ...types);
        assert.deepEqual([error.status, error.retryable], [fault.status, retryable], 'status and retryable');
      }
    },
  };
}

/** The law of a reply that is wrong in itself. */
function wrong(
  sentence: string,
  fault: Fault,
  types: readonly ErrorType[],
  where: readonly boolean[],
): LawText {
  return {
    clause: '2.5, 4.8',
    sentence,
    async run(exam) {
      for (const stream of where) assertIs((await failure(exam, fault, stream)).error, ...types);
    },
  };
}

const anywhere = [false, true];
const unreadable = [MalformedResponseError, IncompleteStreamError];

export const errorsLaws: readonly Law[] = lawsOf('errors', {
  ...Object.fromEntries(
    statuses.map(([code, types, retryable]) => [
      `status-${code}`,
      status({ status: code }, types, retryable),
    ]),
  ),
  'context-length': status(
    {
      status: 400,
      code: 'context_length_exceeded',
      message: "This model's maximum context length is 8 tokens, your messages have 21.",
    },
    [ContextLengthError],
    false,
  ),
  quota: status(
    { status: 429, code: 'insufficient_quota', message: 'You exceeded your current quota.' },
    [QuotaError],
    false,
  ),
  'retry-after': {
    clause: '4',
    sentence: 'retryAfterMs is how long the provider asks to wait.',
    async run(exam) {
      const { error } = await failure(exam, { kind: 'status', status: 429, retryAfter: '7' }, false);
      assert.equal(error.retryAfterMs, 7000, 'retryAfterMs');
    },
  },
  message: {
    clause: '4',
    sentence: "The provider's own words are in the message.",
    async run(exam) {
      const message = 'The lima bean is not supported.';
      for (const stream of anywhere) {
        const { error } = await failure(exam, { kind: 'status', status: 400, message }, stream);
        assert.ok(error.message.includes(message), `the message is "${error.message}"`);
      }
    },
  },
  reset: {
    clause: '2.5',
    sentence: 'A connection that breaks in the middle is ConnectionError, and the part is kept.',
    async run(exam) {
      const { error, thunk } = await failure(exam, { kind: 'reset', after: 1 }, true);
      assertIs(error, ConnectionError);
      assert.equal(error.retryable, true, 'retryable');
      assert.ok('one '.startsWith(thunk.partialValue), 'partialValue');
      assert.equal(error.partialText ?? '', thunk.partialValue, 'partialText');
    },
  },
  refused: wrong(
    'A connection that breaks before the reply is ConnectionError.',
    { kind: 'reset', beforeHeaders: true },
    [ConnectionError],
    anywhere,
  ),
  'inside-stream': {
    clause: '2.5',
    sentence: 'An error that is told inside of a stream is a failure, and the part is kept.',
    async run(exam) {
      for (const named of [false, true]) {
        const fault = { kind: 'error-event', after: 1, message: 'the juliett failed', named } as const;
        const { error, thunk } = await failure(exam, fault, true);
        assert.ok(error.message.includes('juliett'), `the message is "${error.message}"`);
        assert.equal(thunk.partialValue, 'one ');
      }
    },
  },
  'inside-whole': wrong(
    'An error that is told with status 200 is a failure.',
    { kind: 'error-event' },
    [BackendError],
    [false],
  ),
  malformed: wrong(
    'What is no JSON is MalformedResponseError, never left out of the text.',
    { kind: 'malformed-json', after: 1 },
    [MalformedResponseError],
    anywhere,
  ),
  null: {
    clause: '2.5',
    sentence:
      'A null instead of a reply is MalformedResponseError; a null in a stream harms nothing, or is one too.',
    async run(exam) {
      const fault = { kind: 'data-null', after: 1 } as const;
      assertIs((await failure(exam, fault, false)).error, MalformedResponseError);
      const { backend } = await exam.open([{ deltas: ['one ', 'two'], fault }]);
      const [thunk] = await backend.generateFromContext('Go.', exam.context, {
        modelOptions: { stream: true },
      });
      const text = await thunk.avalue().catch((error: unknown) => error);
      if (typeof text === 'string') assert.equal(text, 'one two');
      else assertIs(text, MalformedResponseError);
    },
  },
  'empty-choices': {
    clause: '2.2',
    sentence:
      'An event without choices harms nothing; a reply without any is MalformedResponseError, never a success.',
    async run(exam) {
      const reply = { deltas: ['one ', 'two'], fault: { kind: 'empty-choices', after: 1 } } as const;
      const { backend } = await exam.open([reply]);
      const [whole, streamed] = await Promise.all(
        [false, true].map(async (stream) => {
          const options = { modelOptions: { stream } };
          const [thunk] = await backend.generateFromContext('Go.', exam.context, options);
          return thunk.avalue().catch((error: unknown) => error);
        }),
      );
      // Where every request is a stream there is no whole reply to go without.
      if (typeof whole === 'string') assert.equal(whole, 'one two');
      else assertIs(whole, MalformedResponseError);
      assert.equal(streamed, 'one two');
    },
  },
  'empty-body': wrong('Nothing at all is no empty success.', { kind: 'empty-body' }, unreadable, anywhere),
  html: wrong("A proxy's web page is no reply.", { kind: 'html' }, unreadable, anywhere),
  'whole-cut': wrong(
    'A whole reply that stops in its middle is a failure.',
    { kind: 'cut', after: 1 },
    [...unreadable, ConnectionError],
    [false],
  ),
  cause: {
    clause: '4, 4.7',
    sentence: "The cause is a plain error of our own, not the SDK's object.",
    async run(exam) {
      for (const fault of [
        { kind: 'status', status: 401 },
        { kind: 'reset', after: 1 },
      ] as const) {
        const { error } = await failure(exam, fault, true);
        if (error.cause === undefined) continue;
        assert.ok(error.cause instanceof Error, 'cause is no Error');
        assert.deepEqual(
          Object.keys(error.cause).filter((name) => !['name', 'status', 'code', 'message'].includes(name)),
          [],
          'other members of the cause',
        );
      }
    },
  },
});
