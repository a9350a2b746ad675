#!/usr/bin/env node
import { run } from './main.js';

/** How long a socket or a timer that a backend left behind may keep the process, once all is said. */
const LEFTOVERS_MS = 1000;

process.exitCode = await run(process.argv.slice(2));
setTimeout(() => process.exit(), LEFTOVERS_MS).unref();
