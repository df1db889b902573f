// SPDX-License-Identifier: MIT
// langchain.test.js - @langchain/openai over the Responses API: stream and
// invoke, which must come to the same; the loop over the tools is the test's.
import assert from 'node:assert/strict';

import { HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, customTool } from '@langchain/openai';
import { z } from 'zod';

import { through } from './scenario.js';

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
for (const m of ['citations','web','reasoning','refusal','length','filter','text;cut=3','late-error','too-long','text;garbage=3','text;html','text;status=429','text;status=503','text;status=400'])
scenario(m, 'x', async () => {
  const w = await open(m).invoke(PLEASE).catch(e=>e);
  console.log(m, w.constructor.name, w.text, w.message, JSON.stringify(w.content), JSON.stringify(w.additional_kwargs), JSON.stringify(w.response_metadata));
  let sum; try { for await (const chunk of await open(m).stream(PLEASE)) sum = sum?.concat(chunk) ?? chunk; } catch(e) {console.log('  thrown', e.constructor.name, e.message)}
  console.log('   ', sum?.constructor.name, sum?.text, JSON.stringify(sum?.content), JSON.stringify(sum?.additional_kwargs), JSON.stringify(sum?.response_metadata).slice(0,500));
});
