import { describe, expect, it } from 'vitest';
import { renamePath, renameText } from '../src/rename-template.js';
import { providerOf, repositoryNames } from '../src/repository-names.js';

describe('names', () => {
  it('have every form that files hold', () => {
    expect(repositoryNames('deep-river-2')).toEqual({
      provider: 'deep-river-2',
      pascal: 'DeepRiver2',
      constant: 'DEEP_RIVER_2',
      packageName: 'melliflow-backend-deep-river-2',
    });
  });

  it.each(['', 'River', '2nd', 'deep_river', 'deep--river', 'river-', '../river', 'riv er', 'rivière'])(
    'a provider cannot be called "%s"',
    (provider) => {
      expect(() => repositoryNames(provider)).toThrow(/^provider must be .* such as my-provider; got "/);
    },
  );

  it.each(['provider', 'provider-chat'])('a provider called "%s" would clash with the kit', (provider) => {
    expect(() => repositoryNames(provider)).toThrow(`such as my-provider; got "${provider}"`);
  });

  it.each(['', 'River', '@me', '@me/', '.river', 'a/b/c', 'riv er', 'r'.repeat(215)])(
    'a package cannot be called "%s"',
    (name) => {
      expect(() => repositoryNames('river', name)).toThrow(/^package name must be .*; got "/);
    },
  );

  it.each([
    ['river', 'river'],
    ['backend-river', 'river'],
    ['melliflow-backend-deep-river', 'deep-river'],
    ['backend-', 'backend-'],
  ])('the folder %s is for %s', (folder, provider) => {
    expect(providerOf(folder)).toBe(provider);
  });
});

describe('the template', () => {
  const names = repositoryNames('deep-river', '@me/acme-like');

  it('is renamed in one go: a name that holds the old one is not renamed again', () => {
    expect(
      renameText("import 'melliflow-backend-acme'; new AcmeBackend(); ACME_API_KEY; 'acme'", names),
    ).toBe("import '@me/acme-like'; new DeepRiverBackend(); DEEP_RIVER_API_KEY; 'deep-river'");
  });

  it('gets the names that npm would not pack', () => {
    expect(
      ['_gitignore', '_package.json', 'src/from-acme-chunk.ts'].map((path) => renamePath(path, names)),
    ).toEqual(['.gitignore', 'package.json', 'src/from-deep-river-chunk.ts']);
  });
});
