// How a changelog reads: the text of each changeset as it stands, and one line for all packages of ours that moved with it.

export async function getReleaseLine({ summary }) {
  const [first, ...rest] = summary.trim().split('\n');
  return [`- ${first}`, ...rest.map((line) => line && `  ${line}`)].join('\n');
}

export async function getDependencyReleaseLine(_changesets, updated) {
  if (updated.length === 0) return '';
  return `- Takes ${updated.map(({ name, newVersion }) => `${name} ${newVersion}`).join(', ')}.`;
}
