// The tools of an MCP server, a child process here, are tools of the program, which the model may call.
import { join } from 'node:path';
import { callTools, startSession } from '@melliflow/stdlib';
import { mcpTools } from '@melliflow/tools-mcp';

const args = [join(import.meta.dirname, 'weather-server.mjs')];
await using server = await mcpTools({ command: process.execPath, args }); // or { url } of one that runs
const { tools } = server;
for (const { name, asJsonTool } of tools) console.log(`${name}: ${asJsonTool.function.description}`);

await using m = await startSession({ backend: 'llamacpp', contextType: 'chat' });
const offer = { modelOptions: { tools }, toolCalls: true };

const asked = await m.chat('What is the weather in Oslo?', offer);
for (const { name, args } of asked.toolCalls ?? []) console.log(`calls ${name}(${JSON.stringify(args)})`);

const [result] = await callTools(asked);
console.log((result ? await m.act(result, offer) : asked).value);
