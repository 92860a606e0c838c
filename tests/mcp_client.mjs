// The official TypeScript SDK talks to heal-mcp: ts_client.mjs HEAL_MCP PROJECT sdk|client
const [program, project, version] = process.argv.slice(2);
const modern = version === 'client';
const base = modern ? '@modelcontextprotocol/client' : '@modelcontextprotocol/sdk/client/index.js';
const { createRequire } = await import('node:module');
const { pathToFileURL } = await import('node:url');
const { readFileSync } = await import('node:fs');
const require = createRequire(process.cwd() + '/');
const load = async (name) => import(pathToFileURL(require.resolve(name)).href);
const { Client } = await load(base);
const { StdioClientTransport } = await load(modern ? '@modelcontextprotocol/client/stdio' : '@modelcontextprotocol/sdk/client/stdio.js');
let asked = 0;
const options = { capabilities: { elicitation: {} } };
if (modern) options.versionNegotiation = { mode: { pin: '2026-07-28' } };
const client = new Client({ name: 'ts', version: '1' }, options);
const answer = async () => { asked++; return { action: 'accept', content: { approve: true } }; };
if (modern) client.setRequestHandler('elicitation/create', answer);
else { const { ElicitRequestSchema } = await load('@modelcontextprotocol/sdk/types.js'); client.setRequestHandler(ElicitRequestSchema, answer); }
await client.connect(new StdioClientTransport({ command: program, args: ['--command', 'make', project], env: process.env }));
console.log('tools', (await client.listTools()).tools.length);
let r = await client.callTool({ name: 'analyze', arguments: { text: readFileSync(project + '/log', 'utf8') } });
console.log('analyze', r.isError, r.structuredContent.incidents.length);
r = await client.callTool({ name: 'trigger_healing_session', arguments: { command: 'make' } });
console.log('session', r.structuredContent.session.status, 'asked', asked);
r = await client.callTool({ name: 'undo', arguments: {} });
console.log('undo', r.structuredContent.undone);
console.log('resource', (await client.readResource({ uri: 'heal://reports/last' })).contents.length);
console.log('prompt', (await client.getPrompt({ name: 'diagnose', arguments: { log: 'x' } })).messages.length);
await client.close();
