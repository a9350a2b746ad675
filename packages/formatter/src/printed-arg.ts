/** A value as a template sees it: parts and representations have become text, the rest is plain data. */
export type PrintedArg =
  | string
  | number
  | boolean
  | null
  | readonly PrintedArg[]
  | { readonly [key: string]: PrintedArg };

/** The values that a template shows, by name. */
export type PrintedArgs = Readonly<Record<string, PrintedArg>>;
