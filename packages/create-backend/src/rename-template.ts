import type { RepositoryNames } from './repository-names.js';

/**
 * The template is a backend for a provider called Acme, and runs as it stands: its name, in each of its forms, is all
 * that is changed. The package's name has the provider's in it, so it is looked for first.
 */
const forms: readonly (readonly [form: string, to: keyof RepositoryNames])[] = [
  ['melliflow-backend-acme', 'packageName'],
  ['ACME', 'constant'],
  ['Acme', 'pascal'],
  ['acme', 'provider'],
];

const anyForm = new RegExp(forms.map(([form]) => form).join('|'), 'g');

/** A text of the template, for another provider. */
export function renameText(text: string, names: RepositoryNames): string {
  const to = new Map(forms);
  return text.replace(anyForm, (form) => names[to.get(form) as keyof RepositoryNames]);
}

/**
 * A path of the template, for another provider. An underscore stands before the names that npm leaves out of a
 * package (`.gitignore`) or reads as its own (`package.json`).
 */
export function renamePath(path: string, names: RepositoryNames): string {
  const file = path.replace(/^_gitignore$/, '.gitignore').replace(/^_package\.json$/, 'package.json');
  return file.replaceAll('acme', names.provider);
}
