import type { Rule } from './rule.js';
import { coreFoldersRule } from './rules/core-folders.js';
import { declaredDependenciesRule } from './rules/declared-dependencies.js';
import { fileLengthRule } from './rules/file-length.js';
import { fileNamesRule } from './rules/file-names.js';
import { indexNamesOnlyRule } from './rules/index-names-only.js';
import { packageArrowsRule } from './rules/package-arrows.js';
import { packageManifestRule } from './rules/package-manifest.js';
import { projectReferencesRule } from './rules/project-references.js';
import { providerRoomRule } from './rules/provider-room.js';
import { publicDeclarationsRule } from './rules/public-declarations.js';
import { runsAnywhereRule } from './rules/runs-anywhere.js';

/** All laws of the house. */
export const rules: readonly Rule[] = [
  packageArrowsRule,
  declaredDependenciesRule,
  coreFoldersRule,
  runsAnywhereRule,
  indexNamesOnlyRule,
  providerRoomRule,
  fileNamesRule,
  fileLengthRule,
  packageManifestRule,
  projectReferencesRule,
  publicDeclarationsRule,
];
