/** Text that is put in at one end, in pieces, and taken out at the other, in other pieces; each character moves once. */
export class TextQueue {
  /** With a piece at once: engines take an empty array for one of numbers, and compile `put` anew at the first text. */
  readonly pieces: string[] = [''];
  /** The first piece that is not taken, and from where in it. */
  head = 0;
  at = 0;

  put(text: string): void {
    this.pieces.push(text);
  }

  /** The next characters; fewer, where there are fewer. */
  take(length: number): string {
    let taken = '';
    for (
      let missing = length;
      missing > 0 && this.head < this.pieces.length;
      missing = length - taken.length
    ) {
      const piece = this.pieces[this.head] as string;
      const part = piece.slice(this.at, this.at + missing);
      taken += part;
      this.at += part.length;
      if (this.at < piece.length) continue;
      this.head += 1;
      this.at = 0;
    }
    if (this.head === this.pieces.length) {
      this.pieces.length = 0;
      this.head = 0;
    }
    return taken;
  }
}
