// SPDX-License-Identifier: MIT
// langchain.test.js - @langchain/openai over the Responses API: stream and
// invoke, which must come to the same; the loop over the tools is the test's.
import assert from 'node:assert/strict';

import { HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, customTool } from '@langchain/openai';
import { z } from 'zod';

import { FAILING, REFUSED, through } from './scenario.js';

const { gateway, scenario } = through('langchain');

const open = (model, options) => new ChatOpenAI({
  model, apiKey: 'key-of-the-test', useResponsesApi: true, maxRetries: 0,
  configuration: { baseURL: gateway.url }, ...options,
});

const PLEASE = [new SystemMessage('Help.'), new HumanMessage('Please')];

// Returns the streamed message, its chunks added up.
async function ask(chat, messages = PLEASE) {
  const whole = await chat.invoke(messages);
  gateway.asked();
  let sum;
  for await (const chunk of await chat.stream(messages)) sum = sum?.concat(chunk) ?? chunk;
  assert.equal(sum.text, whole.text);
  const calls = (message) => message.tool_calls.map(({ id, name, args }) => ({ id, name, args }));
  assert.deepEqual(calls(sum), calls(whole));
  assert.deepEqual(sum.usage_metadata, whole.usage_metadata);
  return { sum, whole };
}

scenario('text', 'text, usage', async () => {
  const { sum } = await ask(open('text'));
  assert.equal(sum.text, 'Grüße, 世界 🌍!\nSecond line.');
  assert.equal(sum.usage_metadata.input_tokens, 40);
  assert.equal(sum.usage_metadata.output_tokens, 12);
  assert.deepEqual(gateway.asked()[0].messages, [
    { role: 'system', content: 'Help.' }, { role: 'user', content: 'Please' }]);
});

// The annotations of a message's one text.
const cited = (message) => message.content.find((part) => part.type === 'text').annotations;

scenario('citations', 'annotations of the text, with file and place', async () => {
  const { sum, whole } = await ask(open('citations'));
  assert.equal(sum.text, 'Rain falls, then snow and rain.');
  for (const message of [sum, whole])
    assert.deepEqual(cited(message).map((a) => [a.source, a.file_id, a.title, a.startIndex]), [
      ['file_citation', 'file-alpha1', 'file-alpha1', 10],
      ['file_citation', 'file-beta2', 'file-beta2', 21],
      ['file_citation', 'file-alpha1', 'file-alpha1', 30],
    ]);
});

scenario('web citations', 'annotations of the text, with the address', async () => {
  const { sum, whole } = await ask(open('web'));
  for (const message of [sum, whole])
    assert.deepEqual(cited(message).map((a) => [a.source, a.url, a.title]),
      [['url_citation', 'https://example.org/rust', 'Rust history']]);
});

scenario('reasoning', 'a reasoning part before the text', async () => {
  const { sum, whole } = await ask(open('reasoning'));
  for (const message of [sum, whole])
    assert.deepEqual(message.content.map((part) => [part.type, part.reasoning ?? part.text]),
      [['reasoning', 'Two and two: four.'], ['text', 'It is 4.']]);
  assert.equal(sum.usage_metadata.output_token_details.reasoning, 21);
});

scenario('reasoning as text', 'nothing of it', async () => {
  const { sum, whole } = await ask(open('reasoning', { configuration: { baseURL: gateway.thoughts } }));
  for (const message of [sum, whole])
    assert.deepEqual(message.content.map((part) => [part.type, part.text]), [['text', 'It is 4.']]);
});

scenario('parallel calls, tool loop', 'both calls, a further one, then the answer', async () => {
  const get_weather = tool(({ city }) => (city === 'Oslo' ? '-3' : '11.5'), {
    name: 'get_weather', description: 'Degrees', schema: z.object({ city: z.string() }) });
  const compare = tool(() => 'yes', {
    name: 'compare', description: 'Compares', schema: z.object({ warmer: z.string(), by: z.number() }) });
  const tools = { get_weather, compare };
  const chat = open('weather').bindTools(Object.values(tools));
  const messages = [...PLEASE];
  const rounds = [];
  for (let more = true; more;) {
    const { sum } = await ask(chat, messages);
    messages.push(sum);
    for (const call of sum.tool_calls) messages.push(await tools[call.name].invoke(call));
    rounds.push(sum.tool_calls.map(({ id, args }) => [id, args]));
    more = sum.tool_calls.length > 0;
  }
  assert.deepEqual(rounds, [
    [['call_paris', { city: 'Paris' }], ['call_oslo', { city: 'Oslo' }]],
    [['call_sum', { warmer: 'Paris', by: 14.5 }]], []]);
  assert.equal(messages.at(-1).text, 'Paris is warmer, by 14.5 degrees.');
  const [asked] = gateway.asked();
  assert.deepEqual(asked.messages.filter((m) => m.role === 'tool').map((m) => [m.tool_call_id, m.content]),
    [['call_paris', '11.5'], ['call_oslo', '-3'], ['call_sum', 'yes']]);
});

scenario('empty arguments', 'an empty object', async () => {
  const now = tool(() => '12:00', { name: 'now', description: 'The time', schema: z.object({}) });
  const chat = open('empty').bindTools([now]);
  const { sum } = await ask(chat);
  assert.deepEqual(sum.tool_calls.map(({ id, name, args }) => [id, name, args]), [['call_now', 'now', {}]]);
  const last = await ask(chat, [...PLEASE, sum, await now.invoke(sum.tool_calls[0])]);
  assert.equal(last.sum.text, 'It is noon.');
});

scenario('custom tool', 'its input as free text', async () => {
  const notes = [];
  const take_note = customTool(async (input) => { notes.push(input); return 'kept'; },
    { name: 'take_note', description: 'Keeps a note.', format: { type: 'text' } });
  const chat = open('note').bindTools([take_note]);
  const { sum } = await ask(chat);
  const result = await take_note.invoke(sum.tool_calls[0]);
  assert.deepEqual(notes, ['Line "one"\n\tline two: ä 🌍 \\ end']);
  assert.deepEqual([result instanceof ToolMessage, result.content], [true, 'kept']);
  const last = await ask(chat, [...PLEASE, sum, result]);
  assert.equal(last.sum.text, 'The note is taken.');
});

scenario('structured output', 'the parsed object', async () => {
  const schema = z.object({ city: z.string(), degrees: z.number() });
  const chat = open('json').withStructuredOutput(schema, { method: 'jsonSchema' });
  assert.deepEqual(await chat.invoke(PLEASE), { city: 'Paris', degrees: 14.5 });
  assert.equal(gateway.asked()[0].response_format.type, 'json_schema');
});

scenario('refusal', '`additional_kwargs.refusal`', async () => {
  const { sum, whole } = await ask(open('refusal'));
  for (const message of [sum, whole]) {
    assert.equal(message.text, '');
    assert.equal(message.additional_kwargs.refusal, 'I cannot help with that.');
  }
});

for (const [name, model, text, reason] of [
  ['limit of tokens', 'length', 'As far as it g', 'max_output_tokens'],
  ['content filter', 'filter', 'Once upon a', 'content_filter']])
  scenario(name, `the text, status incomplete, \`${reason}\``, async () => {
    const { sum, whole } = await ask(open(model));
    for (const message of [sum, whole]) {
      assert.equal(message.text, text);
      assert.equal(message.response_metadata.status, 'incomplete');
      assert.deepEqual(message.response_metadata.incomplete_details, { reason });
    }
  });

// What a stream throws, and the text before.
async function thrown(model) {
  let text = '';
  const error = await (async () => {
    for await (const chunk of await open(model).stream(PLEASE)) text += chunk.text;
  })().catch((e) => e);
  return { text, error };
}

for (const { name, model, text, message } of FAILING)
  scenario(name, `${text && 'the text, then '}the error is thrown`, async () => {
    const failed = await thrown(model);
    assert.equal(failed.text, text);
    assert.equal(failed.error?.message, message);
  });

for (const { name, model, status, message } of REFUSED)
  scenario(name, 'the error is thrown', async () => {
    const whole = await open(model).invoke(PLEASE).catch((e) => e);
    for (const error of [whole, (await thrown(model)).error]) {
      assert.equal(error.status, status);
      assert.ok(error.message.startsWith(`${status} ${message}`), error.message);
    }
  });
