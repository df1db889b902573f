// SPDX-License-Identifier: MIT
// codex.test.js - the Codex CLI: what it reports, what it did to the files, and
// what it asked for.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { items, makeFolders, read, runCodex } from './codex.js';
import { FAILING, PICTURE, REFUSED, through } from './scenario.js';

const { gateway, scenario } = through('codex');

// A model that Codex knows is offered apply_patch, so the stream is named in a
// header.
const config = (model, stream, base, retries) => `
model = "${model}"
model_provider = "sluice"

[model_providers.sluice]
name = "sluice"
base_url = "${base}"
wire_api = "responses"
env_key = "MY_KEY"
request_max_retries = 0
stream_max_retries = ${retries}
http_headers = { "X-Sluice-Model" = "${stream}" }
`;

// Runs Codex on the stream. Returns also the folders, and the chat requests that
// it led to.
async function exec(stream, options = {}) {
  const { model = 'gpt-5.5', base = gateway.url, retries = 0, folders = makeFolders(gateway.dir),
    args = ['--ephemeral', 'Please'] } = options;
  const run = await runCodex(config(model, stream, base, retries), folders, args);
  return { ...run, folders, asked: gateway.asked() };
}

const results = (body) =>
  body.messages.filter((m) => m.role === 'tool').map((m) => [m.tool_call_id, m.content]);

const usage = ({ events }) => events.at(-1).usage;

scenario('text', 'text, usage', async () => {
  const run = await exec('text');
  assert.equal(run.code, 0);
  assert.deepEqual(items(run.events), [['agent_message', 'Grüße, 世界 🌍!\nSecond line.']]);
  assert.equal(usage(run).input_tokens, 40);
  assert.equal(usage(run).output_tokens, 12);
  const [{ model, stream, messages }] = run.asked;
  assert.equal(model, 'gpt-5.5');
  assert.equal(stream, true);
  assert.equal(messages.at(-1).role, 'user');
  assert.match(JSON.stringify(messages.at(-1).content), /Please/);
});

scenario('citations', 'the text without markers; Codex shows no sources', async () => {
  const run = await exec('citations');
  assert.deepEqual(items(run.events), [['agent_message', 'Rain falls, then snow and rain.']]);
});

scenario('reasoning', 'the summary', async () => {
  const run = await exec('reasoning');
  assert.deepEqual(items(run.events), [['reasoning', 'Two and two: four.'], ['agent_message', 'It is 4.']]);
  assert.equal(usage(run).reasoning_output_tokens, 21);
});

scenario('reasoning as text', 'nothing of it', async () => {
  const run = await exec('reasoning', { base: gateway.thoughts });
  assert.deepEqual(items(run.events), [['agent_message', 'It is 4.']]);
});

scenario('shell', 'it runs the command', async () => {
  const run = await exec('codex-shell');
  assert.equal(run.code, 0);
  assert.deepEqual(items(run.events), [
    ['command_execution', '0: from the shell'], ['agent_message', 'The command has run.']]);
  assert.equal(read(run.folders, 'made.txt'), 'from the shell');
  assert.equal(run.asked.length, 2);
  const [[id, result]] = results(run.asked[1]);
  assert.equal(id, 'call_sh1');
  assert.match(result, /from the shell/);
  assert.equal(usage(run).input_tokens, 1850);
});

scenario('custom tool', 'it applies the patch', async () => {
  const run = await exec('codex-patch');
  assert.equal(run.code, 0);
  assert.deepEqual(items(run.events), [
    ['file_change', 'completed: update greeting.txt,add new.txt'], ['agent_message', 'The files are patched.']]);
  assert.equal(read(run.folders, 'greeting.txt'), 'Grüße, "Welt" 🌍\n');
  assert.equal(read(run.folders, 'sub/new.txt'), 'first\tline\nsecond \\ line\n');
  const patch = run.asked[0].tools.find((t) => t.function.name === 'apply_patch');
  assert.deepEqual(Object.keys(patch.function.parameters.properties), ['input']);
  const call = run.asked[1].messages.find((m) => m.tool_calls !== undefined).tool_calls[0];
  assert.equal(call.id, 'call_patch1');
  assert.match(JSON.parse(call.function.arguments).input, /^\*\*\* Begin Patch\n.*\*\*\* End Patch\n$/s);
  assert.match(results(run.asked[1])[0][1], /Success/);
});

scenario('parallel calls, tool loop', 'two commands at once, a patch, a command, the answer', async () => {
  const run = await exec('codex-both');
  assert.equal(run.code, 0);
  assert.deepEqual(items(run.events), [
    ['command_execution', '0: '], ['command_execution', '0: '],
    ['reasoning', 'Now the patch.'], ['agent_message', 'Patching.'],
    ['file_change', 'completed: update one.txt'],
    ['command_execution', '0: uno\ntwo\n'], ['agent_message', 'All done.'],
  ]);
  assert.equal(read(run.folders, 'one.txt'), 'uno\n');
  assert.equal(read(run.folders, 'two.txt'), 'two\n');
  assert.equal(run.asked.length, 4);
  const { messages } = run.asked[3];
  const talk = messages.slice(messages.findLastIndex((m) => m.role === 'user') + 1);
  assert.deepEqual(talk.map((m) => m.role),
    ['assistant', 'tool', 'tool', 'assistant', 'tool', 'assistant', 'tool']);
  assert.deepEqual(talk.filter((m) => m.role === 'assistant').map((m) => m.tool_calls.map((c) => c.id)),
    [['call_p1', 'call_p2'], ['call_p3'], ['call_p4']]);
  assert.equal(talk[3].content, 'Patching.');
});

scenario('a further turn', 'it goes on with all that was said', async () => {
  const first = await exec('codex-shell', { args: ['Make it'] });
  assert.equal(first.code, 0);
  const second = await exec('codex-patch', { folders: first.folders, args: ['resume', '--last', 'Patch it'] });
  assert.equal(second.code, 0);
  assert.deepEqual(items(second.events).at(-1), ['agent_message', 'The files are patched.']);
  assert.equal(read(first.folders, 'greeting.txt'), 'Grüße, "Welt" 🌍\n');
  const { messages } = second.asked[1];
  assert.deepEqual(results(second.asked[1]).map(([id]) => id), ['call_sh1', 'call_patch1']);
  assert.ok(messages.some((m) => m.role === 'assistant' && m.content === 'The command has run.'));
});

scenario('picture', 'it reaches the server', async () => {
  const folders = makeFolders(gateway.dir);
  fs.writeFileSync(path.join(folders.work, 'a.png'), Buffer.from(PICTURE, 'base64'));
  const run = await exec('text', { folders, args: ['--ephemeral', '--image', 'a.png', '--', 'Please'] });
  assert.equal(run.code, 0);
  const parts = run.asked[0].messages.at(-1).content;
  assert.deepEqual(parts.filter((part) => part.type === 'image_url').map((part) => part.image_url.url),
    [`data:image/png;base64,${PICTURE}`]);
  assert.deepEqual(parts.at(-1), { type: 'text', text: 'Please' });
});

scenario('picture as a result', 'it looks at it, and the server gets it', async () => {
  const folders = makeFolders(gateway.dir);
  fs.writeFileSync(path.join(folders.work, 'a.png'), Buffer.from(PICTURE, 'base64'));
  const run = await exec('codex-view', { folders });
  assert.equal(run.code, 0);
  assert.deepEqual(items(run.events), [['agent_message', 'It is red.']]);
  const [result, picture] = run.asked[1].messages.slice(-2);
  assert.deepEqual([result.role, result.tool_call_id, picture.role], ['tool', 'call_view', 'user']);
  assert.equal(picture.content.at(-1).image_url.url, `data:image/png;base64,${PICTURE}`);
});

// To a model that it does not know Codex offers tools in a namespace.
scenario('namespace', 'it runs the tool of the namespace', async () => {
  const run = await exec('codex-space', { model: 'codex-space' });
  assert.equal(run.code, 0);
  const [[, warning], answer] = items(run.events);
  assert.match(warning, /^Model metadata for `codex-space` not found\./);
  assert.deepEqual(answer, ['agent_message', 'There is nobody.']);
  assert.ok(run.asked[0].tools.some((t) => t.function.name === 'multi_agent_v1__close_agent'));
  const [[id, result]] = results(run.asked[1]);
  assert.equal(id, 'call_ns');
  assert.match(result, /^invalid agent id nobody/);
});

// Some models are offered two tools alone: one runs the JavaScript that they
// write, which calls the others.
scenario('code mode', 'it runs the code, and the command in it', async () => {
  const run = await exec('codex-code', { model: 'gpt-6-astra' });
  assert.equal(run.code, 0);
  assert.deepEqual(items(run.events), [
    ['command_execution', '0: code\n'], ['agent_message', 'The code has run.']]);
  assert.equal(read(run.folders, 'code.txt'), 'code\n');
  assert.ok(run.asked[0].tools.some((t) => t.function.name === 'functions__exec'));
  assert.match(results(run.asked[1])[0][1], /code/);
});

scenario('refusal', 'nothing; the turn ends well', async () => {
  const run = await exec('refusal');
  assert.equal(run.code, 0);
  assert.deepEqual(items(run.events), []);
  assert.equal(usage(run).output_tokens, 8);
});

// A turn that fails: the text that came before, and the message.
async function failing(stream, options) {
  const run = await exec(stream, options);
  assert.equal(run.code, 1);
  assert.equal(run.events.at(-1).type, 'turn.failed');
  return { ...run, texts: items(run.events).map(([, text]) => text), message: run.events.at(-1).error.message };
}

scenario('limit of tokens', 'the text, then the turn fails', async () => {
  const { texts, message } = await failing('length');
  assert.deepEqual(texts, ['As far as it g']);
  assert.equal(message, 'Incomplete response returned, reason: max_output_tokens');
});

scenario('content filter', 'the text, then the turn fails', async () => {
  const { texts, message } = await failing('filter');
  assert.deepEqual(texts, ['Once upon a']);
  assert.match(message, /Incomplete response returned, reason: content_filter$/);
});

// Codex has words of its own for some.
const OWN_WORDS = {
  'prompt too long': "Codex ran out of room in the model's context window. " +
    'Start a new thread or clear earlier history before retrying.',
};

for (const { name, model, text, message } of FAILING)
  scenario(name, `${text && 'the text, then '}the turn fails with the message`, async () => {
    const failed = await failing(model);
    assert.deepEqual(failed.texts, text === '' ? [] : [text]);
    assert.equal(failed.message, OWN_WORDS[name] ?? `stream disconnected before completion: ${message}`);
  });

scenario('upstream cut, with retries', 'it asks again, and shows the text again', async () => {
  const { texts, asked } = await failing('text;cut=3', { retries: 1 });
  assert.deepEqual(texts, ['Grüße, ', 'Grüße, ']);
  assert.equal(asked.length, 2);
});

// The message of a refused request has its status, its words or its whole body.
const SAID = {
  'HTTP 400': /"message":"sluice serve was asked for the status 400"/,
  'HTTP 429': /^exceeded retry limit, last status: 429 Too Many Requests$/,
  'HTTP 503': /^unexpected status 503 Service Unavailable: sluice serve was asked for the status 503,/,
  'a page of HTML': /^unexpected status 502 Bad Gateway: the upstream server answered with a page of HTML;/,
  'no answer in time': /^unexpected status 504 Gateway Timeout: The model server did not answer in time\.,/,
};

for (const { name, model, status } of REFUSED)
  scenario(name, `the turn fails with the ${status === 429 ? 'status' : 'message'}`, async () => {
    const { message, texts } = await failing(model);
    assert.match(message, SAID[name]);
    assert.deepEqual(texts, []);
  });
