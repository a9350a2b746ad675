// The API of all published packages as Markdown, from the doc comments of their sources.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application } from 'typedoc';
import { REPOSITORY, root } from './places.mjs';

/** Entry points of a package, sources instead of what was built from them. */
function entryPoints(folder) {
  const home = join(root, 'packages', folder);
  const { exports: doors = {} } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  return Object.values(doors)
    .map((door) => /^\.\/dist\/(.*)\.js$/.exec(door.default ?? '')?.[1])
    .filter((name) => name && existsSync(join(home, 'src', `${name}.ts`)))
    .map((name) => join(home, 'src', `${name}.ts`));
}

/** Writes one page per entry point to `folder`. */
export async function writeApi(folder) {
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    name: 'API',
    entryPoints: readdirSync(join(root, 'packages')).flatMap(entryPoints),
    tsconfig: join(root, 'site', 'tsconfig.api.json'),
    basePath: join(root, 'packages'),
    readme: 'none',
    excludeInternal: true,
    excludePrivate: true,
    excludeProtected: true,
    excludeExternals: true,
    skipErrorChecking: true,
    sourceLinkTemplate: `${REPOSITORY}/blob/main/{path}#L{line}`,
    gitRevision: 'main',
    logLevel: 'Error',
    validation: false,
    // Of typedoc-plugin-markdown:
    outputFileStrategy: 'modules',
    entryFileName: 'index',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    disableSources: true,
    useCodeBlocks: true,
    expandObjects: false,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeAliasPropertiesFormat: 'table',
    enumMembersFormat: 'table',
  });
  const project = await app.convert();
  if (!project) throw new Error('typedoc could not read the packages; its message is above.');
  for (const module of project.children ?? []) module.name = moduleName(module.name);
  app.options.setValue('outputs', [{ name: 'markdown', path: folder }]);
  await app.generateOutputs(project);
}

/** `core/src/implement/index` is `@melliflow/core/implement`. */
function moduleName(name) {
  const [folder, , ...rest] = name.split('/');
  return ['@melliflow', folder, ...rest.filter((part) => part !== 'index')].join('/');
}
