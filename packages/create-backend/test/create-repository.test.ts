import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { familyRanges } from '../src/family-ranges.js';
import { createRepository } from '../src/index.js';
import { temporaryFolder } from './temporary-folder.js';

const read = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8');

describe('a repository', () => {
  it('has the files that a backend has, named for the provider', () => {
    const { files, provider, packageName } = createRepository({
      folder: join(temporaryFolder(), 'backend-river'),
    });
    expect([provider, packageName]).toEqual(['river', 'melliflow-backend-river']);
    expect(files).toEqual([
      '.changeset/config.json',
      '.changeset/first-release.md',
      '.github/workflows/test.yml',
      '.gitignore',
      'LICENSE',
      'README.md',
      'package.json',
      'src/from-river-chunk.ts',
      'src/from-river-reply.ts',
      'src/index.ts',
      'src/river-backend.ts',
      'src/river-client.ts',
      'src/river-settings.ts',
      'src/to-river-messages.ts',
      'src/to-river-options.ts',
      'src/to-river-request.ts',
      'test/exam.test.ts',
      'test/river-backend.test.ts',
      'test/river-wire.ts',
      'test/subject.ts',
      'test/to-river-messages.test.ts',
      'test/tsconfig.json',
      'tsconfig.json',
      'vitest.config.ts',
    ]);
  });

  it('speaks of its own provider alone', () => {
    const { folder, files } = createRepository({
      folder: temporaryFolder(),
      provider: 'deep-river',
      packageName: '@me/backend-river',
    });
    for (const file of files) expect(file + read(folder, file)).not.toMatch(/acme/i);
    expect(read(folder, 'src/deep-river-client.ts')).toContain("environmentVariable('DEEP_RIVER_API_KEY')");
    // Between two lines of dashes: without the second one no version can be made.
    expect(read(folder, '.changeset/first-release.md')).toBe(
      "---\n'@me/backend-river': minor\n---\n\nFirst release.\n",
    );
  });

  it('takes core as a peer, in the version that is there, and pins every action of its CI by its hash', () => {
    const { folder } = createRepository({ folder: join(temporaryFolder(), 'river') });
    const manifest = JSON.parse(read(folder, 'package.json'));
    const core = JSON.parse(readFileSync(new URL('../../core/package.json', import.meta.url), 'utf8'));
    expect(manifest.peerDependencies).toEqual({ '@melliflow/core': `^${core.version}` });
    expect(Object.keys(manifest.dependencies)).not.toContain('@melliflow/core');
    const linked = manifest.dependencies['@melliflow/provider-kit'].replace('file:', '');
    expect(JSON.parse(read(join(folder, linked), 'package.json')).name).toBe('@melliflow/provider-kit');
    const actions = [...read(folder, '.github/workflows/test.yml').matchAll(/uses: \S+@(\S+)/g)];
    expect(actions.map(([, version]) => version)).toEqual(
      actions.map(() => expect.stringMatching(/^[0-9a-f]{40}$/)),
    );
    expect(actions).toHaveLength(2);
  });

  it('goes into an empty folder, also one that git has begun', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, '.git'));
    expect(createRepository({ folder, provider: 'river' }).files).toContain('README.md');
  });

  it('is linked right where its folder is reached by a link', () => {
    const place = temporaryFolder();
    mkdirSync(join(place, 'deep', 'down'), { recursive: true });
    symlinkSync(join(place, 'deep', 'down'), join(place, 'near'));
    const { folder } = createRepository({ folder: join(place, 'near', 'river') });
    const linked = JSON.parse(read(folder, 'package.json')).dependencies['@melliflow/formatter'];
    expect(existsSync(join(folder, linked.replace('file:', '')))).toBe(true);
  });
});

describe('refused, and nothing is written:', () => {
  it('a folder that has something in it', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    expect(() => createRepository({ folder, provider: 'river' })).toThrow(
      /must be new or empty; .* has notes.txt in it/,
    );
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });

  it('a file', () => {
    const file = join(temporaryFolder(), 'river');
    writeFileSync(file, 'mine');
    expect(() => createRepository({ folder: file })).toThrow(/is a file/);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('a bad name', () => {
    const folder = join(temporaryFolder(), 'My Provider');
    expect(() => createRepository({ folder })).toThrow('got "My Provider"');
    expect(existsSync(folder)).toBe(false);
  });

  it('no folder', () => {
    expect(() => createRepository({ folder: '' })).toThrow(/^folder must be/);
  });
});

describe('a published create-backend', () => {
  it('writes the ranges that it was published with', () => {
    const directory = temporaryFolder();
    const devDependencies = { '@melliflow/core': '^1.2.0', '@melliflow/formatter': '^1.0.3' };
    writeFileSync(join(directory, 'package.json'), JSON.stringify({ version: '1.0.0', devDependencies }));
    const ranges = familyRanges(directory, temporaryFolder());
    expect([ranges.clone, ranges.peer('@melliflow/core'), ranges.dependency('@melliflow/formatter')]).toEqual(
      [null, '^1.2.0', '^1.0.3'],
    );
    expect(() => ranges.dependency('@melliflow/unknown')).toThrow(/@melliflow\/unknown/);
  });
});
