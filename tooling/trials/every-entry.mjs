// Programs that name every entry point of every package, written from what the packages say of themselves.
import { entriesOf } from './packed.mjs';

/** The same list as ES module, as CommonJS and as TypeScript; the programs print how many there are. */
export function everyEntry(packages) {
  const names = packages.flatMap(entriesOf);
  const listed = names.map((_, index) => `entry${index}`).join(', ');
  const imports = names.map((name, index) => `import * as entry${index} from '${name}';`).join('\n');
  return {
    names,
    imported: `${imports}\nconsole.log([${listed}].filter((entry) => Object.keys(entry).length > 0).length);\n`,
    typed: `${imports}\nexport const all: readonly object[] = [${listed}];\n`,
    required: `
const names = ${JSON.stringify(names)};
(async () => {
  for (const name of names) {
    const required = require(name);
    const imported = await import(name);
    for (const key of Object.keys(imported)) {
      if (required[key] !== imported[key]) throw new Error(\`\${name}: \${key} is another one when required\`);
    }
  }
  console.log(names.length);
})();
`,
  };
}
