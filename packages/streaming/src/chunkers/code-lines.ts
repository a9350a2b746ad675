/** What a line is to the statement before it. */
export type LineRole = 'begins' | 'goes-on' | 'comment' | 'blank';

/** Reads code line by line, each line once, and says where its top-level statements begin. */
export interface CodeLines {
  /** Says what the next line is. A comment belongs to the line of code that follows it. */
  read(line: string): LineRole;
  /** Whether nothing that follows can be part of the statement of the last line. */
  readonly ended: boolean;
}

/** For prose, and for languages that are not known: blank lines stand between blocks. */
export class BlankLines implements CodeLines {
  ended = true;

  read(line: string): LineRole {
    const role = line.trim() === '' ? 'blank' : this.ended ? 'begins' : 'goes-on';
    this.ended = role === 'blank';
    return role;
  }
}
