import { join } from 'node:path';
import { packageArrows } from '../arrows.js';
import { moduleImports, packageOf } from '../module-imports.js';
import { place } from '../relative-path.js';
import type { Rule } from '../rule.js';
import { filesBelow } from '../source-files.js';
import { type WorkspacePackage, workspacePackages } from '../workspace-package.js';

/** Whoever knows one provider's package finds the way in all of them. */
export const providerRoomRule: Rule = {
  id: 'provider-room',
  sentence:
    "A provider's files are index.ts, <p>-*.ts, to-<p>-*.ts or from-<p>-*.ts, and <p>-client.ts alone runs its SDK.",
  check: (root) =>
    workspacePackages(root).flatMap((pkg) => {
      const sdk = packageArrows[pkg.folder]?.sdk;
      return sdk === undefined ? [] : checkRoom(pkg, pkg.folder.slice('backend-'.length), sdk);
    }),
};

function checkRoom(pkg: WorkspacePackage, provider: string, sdk: string): string[] {
  const grammar = new RegExp(`^(index|((to|from)-)?${provider}-[a-z0-9-]+)\\.ts$`);
  const client = `${provider}-client.ts`;
  const files = filesBelow(join(pkg.directory, 'src'), '.ts');
  const misnamed = files
    .filter((file) => !grammar.test(file))
    .map(
      (file) =>
        `${place(pkg.folder, `src/${file}`)}: name it ${provider}-*.ts, to-${provider}-*.ts or from-${provider}-*.ts`,
    );
  const users = files.filter((file) => runs(sdk, join(pkg.directory, 'src', file)));
  const strangers = users
    .filter((file) => file !== client)
    .map(
      (file) =>
        `${place(pkg.folder, `src/${file}`)}: imports "${sdk}" at run time; only ${client} does (import type elsewhere)`,
    );
  const missing = users.includes(client)
    ? []
    : [`${place(pkg.folder, `src/${client}`)}: must be there and import "${sdk}"`];
  return [...misnamed, ...strangers, ...missing];
}

function runs(sdk: string, path: string): boolean {
  return moduleImports(path).some(
    ({ specifier, kind }) => kind !== 'type' && specifier !== null && packageOf(specifier) === sdk,
  );
}
