// Parts of other files, so that what stands in the README is written once.

/**
 * The text with each `<!-- section of README.md: In twelve lines -->` replaced by what stands below that heading.
 *
 * @throws Error that names a heading that is not there.
 */
export function withSections(text, read) {
  return text.replace(/^<!-- section of (\S+): (.+) -->$/gm, (_, file, title) =>
    sectionOf(read(file), title, file),
  );
}

function sectionOf(text, title, file) {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === title);
  if (first < 0) throw new Error(`${file} has no heading "${title}".`);
  const level = lines[first].indexOf(' ');
  let inFence = false;
  const rest = lines.slice(first + 1);
  const end = rest.findIndex((line) => {
    if (line.startsWith('```')) inFence = !inFence;
    const deep = /^(#+) /.exec(line)?.[1].length;
    return !inFence && deep !== undefined && deep <= level;
  });
  return rest
    .slice(0, end < 0 ? undefined : end)
    .join('\n')
    .trim();
}
