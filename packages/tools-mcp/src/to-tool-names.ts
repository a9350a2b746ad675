/** What all providers take as the name of a tool. */
const LONGEST = 64;

/**
 * Names that providers take, for names of which a server may choose almost any: other characters become `_`, long ones
 * are cut, and those that come out the same are numbered.
 */
export function toToolNames(mcpNames: readonly string[], prefix?: string): string[] {
  const taken = new Set<string>();
  return mcpNames.map((mcpName) => {
    const wanted = [prefix, mcpName].filter((part) => part !== undefined).join('_');
    const usable = wanted.replace(/[^\w-]/g, '_') || '_';
    let name = usable.slice(0, LONGEST);
    for (let n = 2; taken.has(name); n += 1) {
      const number = `_${n}`;
      name = usable.slice(0, LONGEST - number.length) + number;
    }
    taken.add(name);
    return name;
  });
}
