// What stands in the menu and in which order. A page of docs/ that nobody put here comes last, under its own heading.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pagesOf } from '../stage/pages.mjs';
import { root, staged } from '../stage/places.mjs';

const chapters = {
  'Begin here': ['start', 'playground'],
  Concepts: ['component', 'thunk', 'context', 'backend', 'requirement', 'stream', 'hook'].map(
    (name) => `concepts/${name}`,
  ),
  Guides: [
    'sessions',
    'structured-output',
    'tools',
    'requirements-and-sampling',
    'validated-streaming',
    'repair-and-resume',
    'guardrails',
    'templates',
    'from-mellea',
  ],
  'In production': [
    'testing',
    'command-line',
    'hooks',
    'telemetry',
    'wrapping-backends',
    'security',
    'scale',
    'performance',
    'versions',
  ],
  Providers: [
    ...['openai', 'ollama', 'hf', 'watsonx', 'llamacpp'].map((name) => `providers/${name}`),
    'write-a-backend',
    'examining-backends',
  ],
};
const reference = ['options', 'laws', 'sizes', 'contributing'];

const guides = [...chapters.Guides, ...chapters['In production'], ...chapters.Providers];

export const nav = [
  { text: 'Start', link: '/start' },
  { text: 'Concepts', link: '/concepts/component', activeMatch: '^/concepts/' },
  { text: 'Guides', link: '/sessions', activeMatch: `^/(${guides.join('|')})` },
  { text: 'API', link: '/api/', activeMatch: '^/api/' },
  { text: 'Playground', link: '/playground' },
];

/** The menu of all pages. */
export function sidebar() {
  const pages = new Map([...pagesOf(root)].map(([file, page]) => [page.replace(/\.md$/, ''), file]));
  const entry = (page) => ({ text: titleOf(pages.get(page)), link: `/${page}` });
  const listed = new Set([...Object.values(chapters).flat(), ...reference, 'index']);
  const others = [...pages.keys()].filter(
    (page) => !listed.has(page) && !/^(decisions|packages)\//.test(page),
  );
  const group = (text, items, collapsed) => ({ text, items, ...(collapsed !== undefined && { collapsed }) });
  return [
    ...Object.entries(chapters).map(([text, names]) =>
      group(text, names.filter((page) => pages.has(page)).map(entry)),
    ),
    ...(others.length > 0 ? [group('More', others.map(entry))] : []),
    group('Reference', [
      ...reference.filter((page) => pages.has(page)).map(entry),
      { text: 'Decisions', link: '/decisions/' },
    ]),
    group(
      'Packages',
      [...pages.keys()].filter((page) => page.startsWith('packages/')).map(packageEntry),
      true,
    ),
    group('API', apiEntries(), true),
  ];
}

const packageEntry = (page) => ({ text: page.slice('packages/'.length), link: `/${page}` });

function titleOf(file) {
  return /^# (.*)$/m.exec(readFileSync(join(root, file), 'utf8'))?.[1].replaceAll('`', '');
}

function apiEntries() {
  const home = join(staged, 'api', '@melliflow');
  if (!existsSync(home)) return [];
  return readdirSync(home, { recursive: true })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => file.replace(/\.md$/, ''))
    .map((name) => ({ text: name, link: `/api/@melliflow/${name}` }));
}
