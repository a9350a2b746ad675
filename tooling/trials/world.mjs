// What all trials share: the packed packages, the registry that serves them, and one project with all of them.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { installs } from './installs.mjs';
import { Project } from './project.mjs';

export class World {
  #installed;
  #programs;

  constructor({ home, registry, packages, write }) {
    this.home = home;
    this.registry = registry;
    this.packages = packages;
    /** Whether generated pages are written instead of compared. */
    this.write = write;
  }

  /** An empty project whose `@melliflow` packages come from our registry. */
  project(name, manifest) {
    const project = new Project(join(this.home, name), manifest);
    project.write('.npmrc', `@melliflow:registry=${this.registry.url}\n`);
    return project;
  }

  /** The project with all packages, by npm: installed when the first trial asks, for all of them. */
  installed() {
    this.#installed ??= installs.npm(this);
    return this.#installed;
  }

  /** That project, with the programs of this folder in `programs/`. */
  programs() {
    this.#programs ??= this.installed().then(({ project }) => {
      cpSync(join(import.meta.dirname, 'programs'), project.path('programs'), { recursive: true });
      return project;
    });
    return this.#programs;
  }

  /** A folder with tools from the npm registry, of which nothing reaches the projects. */
  async tools(name, versions) {
    const project = new Project(join(this.home, `tools-${name}`), { dependencies: versions });
    await npmInstall(project);
    return project;
  }
}

/** Metadata of other packages is taken from npm's cache where it is there; returns what npm said. */
export async function npmInstall(project, ...args) {
  const { stderr } = await project.run('npm', [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    ...args,
  ]);
  return stderr;
}
