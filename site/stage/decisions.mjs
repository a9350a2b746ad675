// The list of decisions, from their headings.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function decisionsPage(root, pages) {
  const rows = [...pages.keys()]
    .filter((file) => file.startsWith('docs/decisions/'))
    .map((file) => {
      const title = /^# (.*)$/m.exec(readFileSync(join(root, file), 'utf8'))?.[1];
      return `- [${title}](/${pages.get(file)})`;
    });
  return `# Decisions\n\nWhy things are as they are: the context, what was decided, and what follows from it.\n\n${rows.join('\n')}\n`;
}
