/*
 * What is taken of the SDK, and the only file that imports it. Loaded on its own: bundlers put all of a library into a
 * program that imports it on demand, and only what is named where a module on the way names it.
 */
export { OpenAI } from 'openai';
