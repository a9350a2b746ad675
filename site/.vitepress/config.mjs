import { defineConfig } from 'vitepress';
import { REPOSITORY } from '../stage/places.mjs';
import { nav, sidebar } from './sidebar.mjs';
import { slugOf } from './slug.mjs';

export default defineConfig({
  title: 'Melliflow',
  description: 'Generative programs in TypeScript: typed components, lazy thunks, validated streams.',
  lang: 'en',
  srcDir: '.generated/pages',
  outDir: '.generated/dist',
  cacheDir: '.generated/cache',
  base: process.env.SITE_BASE ?? '/',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${process.env.SITE_BASE ?? '/'}mark.svg` }]],
  markdown: {
    // As GitHub makes them, so that a link with an anchor holds in both places.
    anchor: { slugify: slugOf },
    theme: { light: 'github-light', dark: 'github-dark' },
  },
  themeConfig: {
    logo: { src: '/mark.svg', alt: '' },
    nav,
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
    editLink: {
      // It goes into the page as text, so that it knows nothing of this file.
      pattern: ({ frontmatter }) => frontmatter.edit,
      text: 'Edit this page',
    },
    footer: {
      message: 'Apache-2.0. Inspired by, and a port of the ideas of, Mellea (IBM); not affiliated with it.',
    },
  },
  vite: {
    worker: { format: 'es' },
    build: { chunkSizeWarningLimit: 8_000 },
  },
});
