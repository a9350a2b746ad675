/** Something in a document that is not true. */
export interface Problem {
  /** Path from the repository's root. */
  readonly file: string;
  /** 1-based line in the document. */
  readonly line: number;
  readonly message: string;
}

/** One problem as editors and terminals link it: `README.md:12: …`. */
export function describeProblem({ file, line, message }: Problem): string {
  return `${file}:${line}: ${message}`;
}
