// SPDX-License-Identifier: MIT
// agents.test.js - @openai/agents: its own loop runs the tools. Each scenario
// is played twice, streamed and not, and must end the same.
import assert from 'node:assert/strict';

import {
  Agent, MemorySession, ModelBehaviorError, ModelRefusalError, OpenAIProvider, Runner, setTracingDisabled, tool, toolNamespace,
} from '@openai/agents';
import OpenAI from 'openai';
import { z } from 'zod';

import { FAILING, REFUSED, through } from './scenario.js';

setTracingDisabled(true);
const { gateway, scenario } = through('agents');

function runner(baseURL = gateway.url) {
  const openAIClient = new OpenAI({ apiKey: 'key-of-the-test', baseURL, maxRetries: 0 });
  return new Runner({
    modelProvider: new OpenAIProvider({ openAIClient, useResponses: true }),
    tracingDisabled: true,
  });
}

const agentOf = (model, options) => new Agent({ name: 'Tester', instructions: 'Help.', model, ...options });

// The text of a run as it is streamed, up to where it fails.
async function textOf(result) {
  let text = '';
  try {
    for await (const event of result)
      if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta')
        text += event.data.delta;
  } catch {
    // `completed` tells of it
  }
  return text;
}

// Returns the result of the streamed run, and the text that it streamed.
async function run(model, options, baseURL) {
  const whole = await runner(baseURL).run(agentOf(model, options), 'Please');
  gateway.asked();
  const result = await runner(baseURL).run(agentOf(model, options), 'Please', { stream: true });
  const text = await textOf(result);
  await result.completed;
  assert.deepEqual(result.finalOutput, whole.finalOutput);
  assert.deepEqual(result.newItems.map((item) => item.type), whole.newItems.map((item) => item.type));
  return { result, text };
}

// The error of a streamed run, and the text before.
async function thrown(model, options) {
  const result = await runner().run(agentOf(model, options), 'Please', { stream: true });
  const text = await textOf(result);
  return { text, error: await result.completed.catch((e) => e) };
}

scenario('text', 'text, usage', async () => {
  const { result, text } = await run('text');
  assert.equal(result.finalOutput, 'Grüße, 世界 🌍!\nSecond line.');
  assert.equal(text, result.finalOutput);
  assert.equal(result.state.usage.inputTokens, 40);
  assert.equal(result.state.usage.totalTokens, 52);
  assert.deepEqual(gateway.asked()[0].messages, [
    { role: 'system', content: 'Help.' }, { role: 'user', content: 'Please' }]);
});

scenario('citations', 'annotations in `providerData` of the text', async () => {
  const { result } = await run('citations');
  assert.equal(result.finalOutput, 'Rain falls, then snow and rain.');
  const { annotations } = result.newItems[0].rawItem.content[0].providerData;
  assert.deepEqual(annotations.map((a) => [a.type, a.file_id, a.index]), [
    ['file_citation', 'file-alpha1', 10], ['file_citation', 'file-beta2', 21], ['file_citation', 'file-alpha1', 30]]);
});

scenario('web citations', 'annotations in `providerData` of the text', async () => {
  const { result } = await run('web');
  const { annotations } = result.newItems[0].rawItem.content[0].providerData;
  assert.deepEqual(annotations.map((a) => [a.type, a.url, a.title]),
    [['url_citation', 'https://example.org/rust', 'Rust history']]);
});

scenario('reasoning', 'a reasoning item with the summary', async () => {
  const { result } = await run('reasoning', { modelSettings: { reasoning: { effort: 'low' } } });
  assert.deepEqual(result.newItems.map((item) => item.type), ['reasoning_item', 'message_output_item']);
  assert.deepEqual(result.newItems[0].rawItem.content.map((c) => [c.type, c.text]), [['input_text', 'Two and two: four.']]);
  assert.equal(result.finalOutput, 'It is 4.');
});

scenario('reasoning as text', 'in `providerData` of the reasoning item', async () => {
  const { result } = await run('reasoning', {}, gateway.thoughts);
  const { content, providerData } = result.newItems[0].rawItem;
  assert.deepEqual(content, []);
  assert.deepEqual(providerData.content, [{ type: 'reasoning_text', text: 'Two and two: four.' }]);
  assert.equal(result.finalOutput, 'It is 4.');
});

scenario('parallel calls, tool loop', 'it runs both tools, then a third, then answers', async () => {
  const calls = [];
  const tools = [
    tool({
      name: 'get_weather', description: 'Degrees', parameters: z.object({ city: z.string() }),
      execute: ({ city }) => { calls.push(city); return city === 'Oslo' ? '-3' : '11.5'; },
    }),
    tool({
      name: 'compare', description: 'Compares', parameters: z.object({ warmer: z.string(), by: z.number() }),
      execute: (args) => { calls.push(args); return 'yes'; },
    }),
  ];
  const { result, text } = await run('weather', { tools });
  const round = ['Paris', 'Oslo', { warmer: 'Paris', by: 14.5 }];
  assert.deepEqual(calls, [...round, ...round]);
  assert.equal(result.finalOutput, 'Paris is warmer, by 14.5 degrees.');
  assert.equal(text, 'One more look.Paris is warmer, by 14.5 degrees.');
  const asked = gateway.asked();
  assert.equal(asked.length, 3);
  assert.deepEqual(asked[2].messages.map((m) => m.role),
    ['system', 'user', 'assistant', 'tool', 'tool', 'assistant', 'tool']);
  assert.deepEqual(asked[2].messages.filter((m) => m.role === 'tool').map((m) => [m.tool_call_id, m.content]),
    [['call_paris', '11.5'], ['call_oslo', '-3'], ['call_sum', 'yes']]);
  assert.deepEqual(asked[2].tools.map((t) => t.function.name), ['get_weather', 'compare']);
});

scenario('empty arguments', 'it runs the tool', async () => {
  let runs = 0;
  const now = tool({ name: 'now', description: 'The time', parameters: z.object({}), execute: () => `${++runs}` });
  const { result } = await run('empty', { tools: [now] });
  assert.equal(runs, 2);
  assert.equal(result.finalOutput, 'It is noon.');
});

scenario('namespace', 'it runs the tool of the namespace', async () => {
  const asked = [];
  const find = tool({
    name: 'find', description: 'Finds', parameters: z.object({ who: z.string() }),
    execute: ({ who }) => { asked.push(who); return 'Ada, 1815'; },
  });
  const tools = toolNamespace({ name: 'crm', description: 'Customers', tools: [find] });
  const { result } = await run('space', { tools });
  assert.deepEqual(asked, ['Ada', 'Ada']);
  assert.equal(result.finalOutput, 'Ada is a customer.');
  assert.equal(gateway.asked().at(-1).messages.at(-2).tool_calls[0].function.name, 'crm__find');
});

scenario('a further turn', 'all that was said goes with it', async () => {
  const find = tool({
    name: 'find', description: 'Finds', parameters: z.object({ who: z.string() }), execute: () => 'Ada, 1815' });
  const tools = toolNamespace({ name: 'crm', description: 'Customers', tools: [find] });
  const session = new MemorySession();
  const first = await runner().run(agentOf('space', { tools }), 'Find Ada', { session });
  assert.equal(first.finalOutput, 'Ada is a customer.');
  const second = await runner().run(agentOf('reasoning', { tools }), 'And 2 + 2?', { session });
  assert.equal(second.finalOutput, 'It is 4.');
  const third = await runner().run(agentOf('text', { tools }), 'Thanks', { session });
  assert.equal(third.finalOutput, 'Grüße, 世界 🌍!\nSecond line.');
  const { messages } = gateway.asked().at(-1);
  assert.deepEqual(messages.map((m) => m.tool_calls?.[0].function.name ?? m.content), [
    'Help.', 'Find Ada', 'crm__find', 'Ada, 1815', 'Ada is a customer.', 'And 2 + 2?', 'It is 4.', 'Thanks']);
});

scenario('structured output', 'the parsed object', async () => {
  const { result } = await run('json', { outputType: z.object({ city: z.string(), degrees: z.number() }) });
  assert.deepEqual(result.finalOutput, { city: 'Paris', degrees: 14.5 });
  assert.equal(gateway.asked()[0].response_format.type, 'json_schema');
});

scenario('refusal', '`ModelRefusalError` with its words', async () => {
  const { error } = await thrown('refusal');
  assert.ok(error instanceof ModelRefusalError);
  assert.match(error.message, /I cannot help with that\.$/);
});

for (const [name, model, begun] of [['limit of tokens', 'length', 'As far as it g'], ['content filter', 'filter', 'Once upon a']])
  scenario(name, 'the text, then `ModelBehaviorError`', async () => {
    const { text, error } = await thrown(model);
    assert.equal(text, begun);
    assert.ok(error instanceof ModelBehaviorError);
    assert.match(error.message, /"response\.incomplete"/);
  });

for (const { name, model, text, message } of FAILING)
  scenario(name, `${text && 'the text, then '}the error is thrown`, async () => {
    const failed = await thrown(model);
    assert.equal(failed.text, text);
    assert.ok(failed.error instanceof OpenAI.APIError);
    assert.equal(failed.error.message, message);
  });

for (const { name, model, status, message } of REFUSED)
  scenario(name, 'the error is thrown', async () => {
    const whole = await runner().run(agentOf(model), 'Please').catch((e) => e);
    for (const error of [whole, (await thrown(model)).error]) {
      assert.equal(error.status, status);
      assert.equal(error.message, `${status} ${message}`);
    }
  });
