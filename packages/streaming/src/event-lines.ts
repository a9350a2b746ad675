/** Reads a body of server-sent events, as it comes: what it is given in pieces it gives as the events' data. */
export class EventLines {
  /** The line that is not over, in the pieces in which it came. */
  line: string[] = [];
  /** The data lines of the event that is not over. */
  data: string[] = [];
  /** The last piece ended in a carriage return: a line feed after it belongs to it. */
  returned = false;

  /** The data of the events that this piece ends. */
  push(text: string): string[] {
    const events: string[] = [];
    let from = this.returned && text.startsWith('\n') ? 1 : 0;
    if (text !== '') this.returned = text.endsWith('\r');
    for (const end of text.matchAll(/\r\n|\r|\n/g)) {
      if (end.index < from) continue;
      this.line.push(text.slice(from, end.index));
      from = end.index + end[0].length;
      const event = this.endLine();
      if (event !== null) events.push(event);
    }
    if (from < text.length) this.line.push(text.slice(from));
    return events;
  }

  /** Comments and fields other than `data` are passed over. */
  endLine(): string | null {
    const line = this.line.join('');
    this.line = [];
    if (line === '') {
      const { data } = this;
      this.data = [];
      return data.length > 0 ? data.join('\n') : null;
    }
    const field = /^data(?:: ?(.*))?$/s.exec(line);
    if (field) this.data.push(field[1] ?? '');
    return null;
  }
}
