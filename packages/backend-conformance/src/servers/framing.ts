/** How events stand in the body of a reply. */
export interface Framing {
  readonly contentType: string;
  /** Whether the body is one document instead of a series of events. */
  readonly whole: boolean;
  frame(data: string, name?: string): string;
  /** A line without meaning. */
  readonly comment: string;
}

/** Server-sent events. */
export const serverSentEvents: Framing = {
  contentType: 'text/event-stream; charset=utf-8',
  whole: false,
  frame: (data, name) => `${name ? `event: ${name}\n` : ''}data: ${data}\n\n`,
  comment: ': keep-alive\n\n',
};

/** One JSON document a line. */
export const jsonLines: Framing = {
  contentType: 'application/x-ndjson',
  whole: false,
  frame: (data) => `${data}\n`,
  comment: '\n',
};

/** One JSON document. */
export const jsonDocument: Framing = {
  contentType: 'application/json',
  whole: true,
  frame: (data) => data,
  comment: ' ',
};
