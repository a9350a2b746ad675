// Prints what the page of a folder reports: `node show-page.mjs <site> <profile>`.
import { inBrowser } from './chromium.mjs';

const [site, profile] = process.argv.slice(2);
console.log(JSON.stringify(await inBrowser({ site, profile })));
