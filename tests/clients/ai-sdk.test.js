// SPDX-License-Identifier: MIT
// ai-sdk.test.js - ai with @ai-sdk/openai: streamText and generateText, whose
// own loops run the tools. Both must come to the same.
import assert from 'node:assert/strict';

import { createOpenAI } from '@ai-sdk/openai';
import { APICallError, generateText, isStepCount, Output, streamText, tool } from 'ai';
import { z } from 'zod';

import { FAILING, PICTURE, REFUSED, through } from './scenario.js';

globalThis.AI_SDK_LOG_WARNINGS = false;
const { gateway, scenario } = through('ai-sdk');

const provider = (baseURL = gateway.url) => createOpenAI({ apiKey: 'key-of-the-test', baseURL });

// Without `store: false` the SDK sends ids in place of what was said before.
const settings = (model, { baseURL, store = false, ...options } = {}) => ({
  model: provider(baseURL).responses(model),
  prompt: 'Please', system: 'Help.', maxRetries: 0, stopWhen: isStepCount(5),
  providerOptions: { openai: { store } }, ...options,
});

// Returns what generateText gave, and the parts that streamText streamed.
async function run(model, options) {
  const whole = await generateText(settings(model, options));
  gateway.asked();
  const stream = streamText({ ...settings(model, options), onError: () => {} });
  const parts = [];
  for await (const part of stream.fullStream) parts.push(part);
  assert.equal(await stream.text, whole.text);
  assert.equal(await stream.reasoningText, whole.reasoningText);
  assert.equal(await stream.finishReason, whole.finishReason);
  assert.deepEqual(await stream.usage, whole.usage);
  return { whole, parts };
}

const joined = (parts, type) => parts.filter((p) => p.type === type).map((p) => p.text).join('');

scenario('text', 'text, usage', async () => {
  const { whole, parts } = await run('text');
  assert.equal(whole.text, 'Grüße, 世界 🌍!\nSecond line.');
  assert.equal(joined(parts, 'text-delta'), whole.text);
  assert.equal(whole.finishReason, 'stop');
  assert.equal(whole.usage.inputTokens, 40);
  assert.equal(whole.usage.outputTokens, 12);
});

scenario('citations', 'a `source` each: a document with its name', async () => {
  const { whole, parts } = await run('citations');
  assert.equal(whole.text, 'Rain falls, then snow and rain.');
  for (const sources of [whole.sources, parts.filter((p) => p.type === 'source')])
    assert.deepEqual(sources.map((s) => [s.sourceType, s.filename, s.providerMetadata.openai.fileId,
      s.providerMetadata.openai.index]), [
      ['document', 'file-alpha1', 'file-alpha1', 10],
      ['document', 'file-beta2', 'file-beta2', 21],
      ['document', 'file-alpha1', 'file-alpha1', 30],
    ]);
});

scenario('web citations', 'a `source`: the address and its title', async () => {
  const { whole, parts } = await run('web');
  for (const sources of [whole.sources, parts.filter((p) => p.type === 'source')])
    assert.deepEqual(sources.map((s) => [s.sourceType, s.url, s.title]),
      [['url', 'https://example.org/rust', 'Rust history']]);
});

scenario('reasoning', 'reasoning before the text', async () => {
  const { whole, parts } = await run('reasoning');
  assert.equal(whole.reasoningText, 'Two and two: four.');
  assert.equal(joined(parts, 'reasoning-delta'), 'Two and two: four.');
  assert.equal(whole.text, 'It is 4.');
  assert.equal(whole.usage.outputTokenDetails.reasoningTokens, 21);
});

scenario('reasoning as text', 'nothing of it', async () => {
  const { whole, parts } = await run('reasoning', { baseURL: gateway.thoughts });
  assert.equal(joined(parts, 'reasoning-delta'), '');
  assert.equal(whole.reasoningText ?? '', '');
  assert.equal(whole.text, 'It is 4.');
});

scenario('parallel calls, tool loop', 'it runs both tools, then a third, then answers', async () => {
  const calls = [];
  const tools = {
    get_weather: tool({
      description: 'Degrees', inputSchema: z.object({ city: z.string() }),
      execute: ({ city }) => { calls.push(city); return city === 'Oslo' ? '-3' : '11.5'; },
    }),
    compare: tool({
      description: 'Compares', inputSchema: z.object({ warmer: z.string(), by: z.number() }),
      execute: (args) => { calls.push(args); return 'yes'; },
    }),
  };
  const { whole, parts } = await run('weather', { tools });
  const round = ['Paris', 'Oslo', { warmer: 'Paris', by: 14.5 }];
  assert.deepEqual(calls, [...round, ...round]);
  assert.equal(whole.text, 'Paris is warmer, by 14.5 degrees.');
  assert.equal(joined(parts, 'text-delta'), 'One more look.Paris is warmer, by 14.5 degrees.');
  assert.deepEqual(parts.filter((p) => p.type === 'tool-call').map((p) => [p.toolCallId, p.toolName, p.input]), [
    ['call_paris', 'get_weather', { city: 'Paris' }], ['call_oslo', 'get_weather', { city: 'Oslo' }],
    ['call_sum', 'compare', { warmer: 'Paris', by: 14.5 }]]);
  assert.deepEqual(parts.filter((p) => p.type === 'finish-step').map((p) => p.finishReason),
    ['tool-calls', 'tool-calls', 'stop']);
  const asked = gateway.asked();
  assert.equal(asked.length, 3);
  assert.deepEqual(asked[2].messages.filter((m) => m.role === 'tool').map((m) => [m.tool_call_id, m.content]),
    [['call_paris', '11.5'], ['call_oslo', '-3'], ['call_sum', 'yes']]);
});

scenario('empty arguments', 'it runs the tool', async () => {
  let runs = 0;
  const now = tool({ description: 'The time', inputSchema: z.object({}), execute: () => `${++runs}` });
  const { whole } = await run('empty', { tools: { now } });
  assert.equal(runs, 2);
  assert.equal(whole.text, 'It is noon.');
});

scenario('custom tool', 'it runs the tool with free text', async () => {
  const notes = [];
  const take_note = provider().tools.customTool({ description: 'Keeps a note.' });
  take_note.execute = (input) => { notes.push(input); return 'kept'; };
  const { whole } = await run('note', { tools: { take_note } });
  const note = 'Line "one"\n\tline two: ä 🌍 \\ end';
  assert.deepEqual(notes, [note, note]);
  assert.equal(whole.text, 'The note is taken.');
  const [, asked] = gateway.asked();
  assert.deepEqual(JSON.parse(asked.messages.at(-2).tool_calls[0].function.arguments), { input: note });
  assert.equal(asked.messages.at(-1).content, 'kept');
});

scenario('a further turn', 'all that was said goes with it', async () => {
  const now = tool({ description: 'The time', inputSchema: z.object({}), execute: () => '12:00' });
  const first = await generateText(settings('empty', { tools: { now } }));
  const messages = [
    { role: 'user', content: 'Please' }, ...first.responseMessages,
    { role: 'user', content: 'Think' }];
  const second = await generateText(settings('reasoning', { tools: { now }, prompt: undefined, messages }));
  messages.push(...second.responseMessages, { role: 'user', content: 'Thanks' });
  const { whole } = await run('text', { tools: { now }, prompt: undefined, messages });
  assert.equal(whole.text, 'Grüße, 世界 🌍!\nSecond line.');
  const [asked] = gateway.asked();
  assert.deepEqual(asked.messages.map((m) => m.tool_calls?.[0].function.name ?? m.content),
    ['Help.', 'Please', 'now', '12:00', 'It is noon.', 'Think', 'It is 4.', 'Thanks']);
});

scenario('picture', 'it reaches the server', async () => {
  await run('text', { prompt: undefined, messages: [{ role: 'user', content: [
    { type: 'text', text: 'Look' }, { type: 'file', mediaType: 'image/png', data: PICTURE }] }] });
  assert.deepEqual(gateway.asked()[0].messages[1].content, [
    { type: 'text', text: 'Look' },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${PICTURE}` } }]);
});

scenario('structured output', 'the parsed object', async () => {
  const output = Output.object({ schema: z.object({ city: z.string(), degrees: z.number() }) });
  const { whole } = await run('json', { output });
  assert.deepEqual(whole.output, { city: 'Paris', degrees: 14.5 });
  assert.equal(gateway.asked()[0].response_format.type, 'json_schema');
});

scenario('refusal', 'its words as text, finish reason `content-filter`', async () => {
  const { whole } = await run('refusal');
  assert.equal(whole.text, 'I cannot help with that.');
  assert.equal(whole.finishReason, 'content-filter');
});

scenario('limit of tokens', 'the text, finish reason `length`', async () => {
  const { whole } = await run('length', { maxOutputTokens: 6 });
  assert.equal(whole.text, 'As far as it g');
  assert.equal(whole.finishReason, 'length');
  assert.equal(gateway.asked()[0].max_tokens, 6);
});

scenario('content filter', 'the text, finish reason `content-filter`', async () => {
  const { whole } = await run('filter');
  assert.equal(whole.text, 'Once upon a');
  assert.equal(whole.finishReason, 'content-filter');
});

// The parts of a stream that fails: the text, and the one error among them.
async function failing(model) {
  const { fullStream } = streamText({ ...settings(model), onError: () => {} });
  const parts = [];
  for await (const part of fullStream) parts.push(part);
  const errors = parts.filter((p) => p.type === 'error');
  assert.equal(errors.length, 1);
  return { text: joined(parts, 'text-delta'), error: errors[0].error, last: parts.at(-1) };
}

for (const { name, model, text, message } of FAILING)
  scenario(name, `${text && 'the text, then '}an \`error\` part`, async () => {
    const failed = await failing(model);
    assert.equal(failed.text, text);
    assert.equal(failed.error.message, message);
    if (text !== '') assert.equal(failed.last.finishReason, 'error');
  });

for (const { name, model, status, message } of REFUSED)
  scenario(name, 'an `error` part', async () => {
    const whole = await generateText(settings(model)).catch((e) => e);
    for (const error of [whole, (await failing(model)).error]) {
      assert.ok(APICallError.isInstance(error));
      assert.equal(error.statusCode, status);
      assert.equal(error.message, message);
    }
  });

scenario('what cannot be served', 'an error: it needs `store: false`', async () => {
  const compare = tool({ inputSchema: z.object({}), execute: () => 'yes' });
  const get_weather = compare;
  const error = await generateText(settings('weather', { store: true, tools: { get_weather, compare } })).catch((e) => e);
  assert.equal(error.statusCode, 400);
  assert.match(error.message, /store: false/);
});
