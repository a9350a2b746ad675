import { UsageError } from './usage-error.js';

/** What the provider and its package are called, in every form that files hold. */
export interface RepositoryNames {
  /** As in file names and in `backend.provider`: `my-provider`. */
  readonly provider: string;
  /** As in classes: `MyProvider`. */
  readonly pascal: string;
  /** As in variables of the environment: `MY_PROVIDER`. */
  readonly constant: string;
  /** The name on the registry. */
  readonly packageName: string;
}

const words = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const npmName = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/** Their classes would be called as those of the kit that stand beside them in the same files. */
const taken: readonly string[] = ['provider', 'provider-chat'];

/** npm takes no longer name. */
const MAX_LENGTH = 214;

/** @throws UsageError for a name that cannot be a provider's, or a package's. */
export function repositoryNames(provider: string, packageName?: string | undefined): RepositoryNames {
  if (!words.test(provider)) {
    const rule = 'small letters, digits and single hyphens, a letter first, such as my-provider';
    throw new UsageError(`provider must be ${rule}; got "${provider}".`);
  }
  if (taken.includes(provider)) {
    throw new UsageError(`provider must be the name of yours, such as my-provider; got "${provider}".`);
  }
  const name = packageName ?? `melliflow-backend-${provider}`;
  if (!npmName.test(name) || name.length > MAX_LENGTH) {
    const rule = 'a name that npm takes, such as melliflow-backend-mine or @me/backend-mine';
    throw new UsageError(`package name must be ${rule}; got "${name}".`);
  }
  return {
    provider,
    pascal: provider.split('-').map(capitalized).join(''),
    constant: provider.replaceAll('-', '_').toUpperCase(),
    packageName: name,
  };
}

/** The provider that a folder's name speaks of: `backend-acme` and `melliflow-backend-acme` are for `acme`. */
export function providerOf(folderName: string): string {
  return folderName.replace(/^(melliflow-)?backend-(?=.)/, '');
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
