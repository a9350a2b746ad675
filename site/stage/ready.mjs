// What the site is made of: installed dependencies and built packages. What is up to date is left alone.
import { buildPackages, prepare } from '../../tooling/scripts/prepare.mjs';

export async function ready() {
  await prepare();
  await buildPackages();
}
