// SPDX-License-Identifier: MIT
// openai.js - the tests of the openai package, for several of its versions. Each
// answer is asked for in its three ways: the stream helper, create with
// `stream`, create without. They must agree in all but ids and times.
import assert from 'node:assert/strict';

import { z } from 'zod';

import { FAILING, PICTURE, REFUSED, through, until } from './scenario.js';

// `client` is the name in the table.
export function testOpenAI(client, OpenAI, zodTextFormat) {
  const { gateway, scenario } = through(client);

  const open = (options) =>
    new OpenAI({ apiKey: 'key-of-the-test', baseURL: gateway.url, maxRetries: 0, ...options });

  // What differs from one request to the next, or is the helper's own.
  const OWN = new Set(['id', 'created_at', 'completed_at', 'parsed', 'parsed_arguments',
    'output_text', 'output_parsed', '_request_id']);
  const plain = (value) => JSON.parse(JSON.stringify(value, (key, v) => (OWN.has(key) ? undefined : v)));

  // The response of a run of events, and the events.
  async function gather(stream) {
    const events = [];
    for await (const event of stream) events.push(event);
    return { events, response: events.at(-1).response };
  }

  // Asks in all three ways; returns the response that they agree on.
  async function ask(params, options) {
    const client = open(options);
    const helper = client.responses.stream(params);
    const helped = await gather(helper);
    const { events, response } = await gather(await client.responses.create({ ...params, stream: true }));
    const whole = await client.responses.create(params);
    assert.deepEqual(helped.events.map((e) => e.type), events.map((e) => e.type));
    assert.deepEqual(plain(await helper.finalResponse()), plain(response));
    assert.deepEqual(plain(whole), plain(response));
    assert.deepEqual(events.map((e) => e.sequence_number), events.map((_, i) => i));
    return { events, response, whole };
  }

  const deltas = (events, type) =>
    events.filter((e) => e.type === `response.${type}.delta`).map((e) => e.delta).join('');

  scenario('text', 'text, usage', async () => {
    const { events, response, whole } = await ask({ model: 'text', input: 'Hello', instructions: 'Be short.' });
    const text = 'Grüße, 世界 🌍!\nSecond line.';
    assert.equal(deltas(events, 'output_text'), text);
    assert.equal(whole.output_text, text);
    assert.equal(response.status, 'completed');
    assert.equal(response.output.length, 1);
    assert.equal(response.output[0].content[0].text, text);
    assert.equal(response.usage.input_tokens, 40);
    assert.equal(response.usage.output_tokens, 12);
    const asked = gateway.asked();
    assert.deepEqual(asked.map((body) => body.stream === true), [true, true, false]);
    for (const body of asked)
      assert.deepEqual(body.messages, [
        { role: 'system', content: 'Be short.' }, { role: 'user', content: 'Hello' }]);
  });

  scenario('citations', 'a `file_citation` each, with its place', async () => {
    const { events, response } = await ask({ model: 'citations', input: 'Weather?' });
    const [{ text, annotations }] = response.output[0].content;
    assert.equal(text, 'Rain falls, then snow and rain.');
    assert.deepEqual(annotations, [
      { type: 'file_citation', file_id: 'file-alpha1', filename: 'file-alpha1', index: 10 },
      { type: 'file_citation', file_id: 'file-beta2', filename: 'file-beta2', index: 21 },
      { type: 'file_citation', file_id: 'file-alpha1', filename: 'file-alpha1', index: 30 },
    ]);
    const added = events.filter((e) => e.type === 'response.output_text.annotation.added');
    assert.deepEqual(added.map((e) => e.annotation), annotations);
  });

  scenario('web citations', 'the `url_citation`', async () => {
    const { response } = await ask({ model: 'web', input: 'Rust?' });
    assert.deepEqual(response.output[0].content[0].annotations, [{
      type: 'url_citation', url: 'https://example.org/rust', title: 'Rust history',
      start_index: 0, end_index: 22,
    }]);
  });

  scenario('reasoning', 'a summary before the text', async () => {
    const { events, response } = await ask({ model: 'reasoning', input: '2 + 2?', reasoning: { effort: 'low' } });
    assert.equal(deltas(events, 'reasoning_summary_text'), 'Two and two: four.');
    assert.deepEqual(response.output.map((item) => item.type), ['reasoning', 'message']);
    assert.deepEqual(response.output[0].summary, [{ type: 'summary_text', text: 'Two and two: four.' }]);
    assert.equal(response.output[1].content[0].text, 'It is 4.');
    assert.equal(response.usage.output_tokens_details.reasoning_tokens, 21);
    assert.equal(gateway.asked()[0].reasoning_effort, 'low');
  });

  scenario('reasoning as text', 'the chain of thought', async () => {
    const { events, response } = await ask({ model: 'reasoning', input: '2 + 2?' }, { baseURL: gateway.thoughts });
    assert.equal(deltas(events, 'reasoning_text'), 'Two and two: four.');
    assert.deepEqual(response.output[0].summary, []);
    assert.deepEqual(response.output[0].content, [{ type: 'reasoning_text', text: 'Two and two: four.' }]);
  });

  const parameters = (...names) => ({
    type: 'object', properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
    required: names, additionalProperties: false,
  });
  const tool = (name, ...names) => ({ type: 'function', name, strict: true, parameters: parameters(...names) });

  // Plays a conversation: `answers` are the outputs of the calls that each round
  // has. Returns the response of each round.
  async function converse(params, answers) {
    const input = [{ role: 'user', content: 'Please' }];
    const responses = [];
    for (const outputs of [...answers, []]) {
      const { response } = await ask({ ...params, input });
      responses.push(response);
      input.push(...response.output, ...outputs);
    }
    return responses;
  }

  const output = (call_id, text, type = 'function_call_output') => ({ type, call_id, output: text });
  const items = (response, type) => response.output.filter((item) => item.type === type);

  scenario('parallel calls, tool loop', 'both calls, a further one, then the answer', async () => {
    const tools = [tool('get_weather', 'city'), tool('compare', 'warmer', 'by')];
    const [first, second, third] = await converse({ model: 'weather', tools }, [
      [output('call_oslo', '-3'), output('call_paris', '11.5')], [output('call_sum', 'yes')]]);
    assert.deepEqual(items(first, 'function_call').map((c) => [c.call_id, c.name, c.arguments, c.status]), [
      ['call_paris', 'get_weather', '{"city": "Paris"}', 'completed'],
      ['call_oslo', 'get_weather', '{"city": "Oslo"}', 'completed'],
    ]);
    assert.deepEqual(second.output.map((item) => item.type), ['message', 'function_call']);
    assert.equal(second.output[1].arguments, '{"warmer": "Paris", "by": 14.5}');
    assert.equal(third.output[0].content[0].text, 'Paris is warmer, by 14.5 degrees.');
    const asked = gateway.asked().at(-1);
    assert.deepEqual(asked.tools.map((t) => [t.type, t.function.name, t.function.strict, t.function.parameters]), [
      ['function', 'get_weather', true, parameters('city')],
      ['function', 'compare', true, parameters('warmer', 'by')],
    ]);
    const call = (id, name, text) => ({ id, type: 'function', function: { name, arguments: text } });
    assert.deepEqual(asked.messages.map((m) => m.role),
      ['user', 'assistant', 'tool', 'tool', 'assistant', 'tool']);
    assert.deepEqual(asked.messages[1].tool_calls, [
      call('call_paris', 'get_weather', '{"city": "Paris"}'), call('call_oslo', 'get_weather', '{"city": "Oslo"}')]);
    // Results are brought into the order of the calls.
    assert.deepEqual(asked.messages[2], { role: 'tool', tool_call_id: 'call_paris', content: '11.5' });
    assert.deepEqual(asked.messages[3], { role: 'tool', tool_call_id: 'call_oslo', content: '-3' });
    assert.equal(asked.messages[4].content, 'One more look.');
    assert.deepEqual(asked.messages[4].tool_calls,
      [call('call_sum', 'compare', '{"warmer": "Paris", "by": 14.5}')]);
  });

  scenario('empty arguments', '`{}`', async () => {
    const [first, second] = await converse({ model: 'empty', tools: [tool('now')] }, [[output('call_now', '12:00')]]);
    assert.deepEqual(items(first, 'function_call').map((c) => c.arguments), ['{}']);
    assert.equal(second.output[0].content[0].text, 'It is noon.');
  });

  scenario('custom tool', 'its input as free text', async () => {
    const note = 'Line "one"\n\tline two: ä 🌍 \\ end';
    const [first, second] = await converse(
      { model: 'note', tools: [{ type: 'custom', name: 'take_note', description: 'Keeps a note.' }] },
      [[output('call_note', 'kept', 'custom_tool_call_output')]]);
    assert.deepEqual(items(first, 'custom_tool_call').map((c) => [c.call_id, c.name, c.input]),
      [['call_note', 'take_note', note]]);
    assert.equal(second.output[0].content[0].text, 'The note is taken.');
    const asked = gateway.asked().at(-1);
    assert.equal(asked.tools[0].type, 'function');
    assert.equal(asked.tools[0].function.name, 'take_note');
    assert.deepEqual(Object.keys(asked.tools[0].function.parameters.properties), ['input']);
    assert.deepEqual(JSON.parse(asked.messages[1].tool_calls[0].function.arguments), { input: note });
    assert.deepEqual(asked.messages[2], { role: 'tool', tool_call_id: 'call_note', content: 'kept' });
  });

  scenario('namespace', 'the name and its namespace', async () => {
    const crm = { type: 'namespace', name: 'crm', description: 'Customers', tools: [tool('find', 'who')] };
    const [first, second] = await converse({ model: 'space', tools: [crm] }, [[output('call_find', 'Ada, 1815')]]);
    assert.deepEqual(items(first, 'function_call').map((c) => [c.namespace, c.name, c.arguments]),
      [['crm', 'find', '{"who": "Ada"}']]);
    assert.equal(second.output[0].content[0].text, 'Ada is a customer.');
    const asked = gateway.asked().at(-1);
    assert.deepEqual(asked.tools.map((t) => t.function.name), ['crm__find']);
    assert.equal(asked.messages[1].tool_calls[0].function.name, 'crm__find');
  });

  scenario('structured output', 'the parsed object', async () => {
    const format = zodTextFormat(z.object({ city: z.string(), degrees: z.number() }), 'weather');
    const parsed = await open().responses.parse({ model: 'json', input: 'Weather?', text: { format } });
    assert.deepEqual(parsed.output_parsed, { city: 'Paris', degrees: 14.5 });
    const [asked] = gateway.asked();
    assert.equal(asked.response_format.type, 'json_schema');
    assert.equal(asked.response_format.json_schema.name, 'weather');
    assert.deepEqual(asked.response_format.json_schema.schema.required, ['city', 'degrees']);
  });

  scenario('picture', 'it reaches the server, and a file, too', async () => {
    const image_url = `data:image/png;base64,${PICTURE}`;
    const file_data = `data:application/pdf;base64,${PICTURE}`;
    await ask({ model: 'text', input: [{ role: 'user', content: [
      { type: 'input_text', text: 'Look' },
      { type: 'input_image', image_url, detail: 'low' },
      { type: 'input_file', filename: 'a.pdf', file_data },
    ] }] });
    assert.deepEqual(gateway.asked()[0].messages[0].content, [
      { type: 'text', text: 'Look' },
      { type: 'image_url', image_url: { url: image_url, detail: 'low' } },
      { type: 'file', file: { filename: 'a.pdf', file_data } },
    ]);
  });

  scenario('client leaves', 'the upstream is left, too', async () => {
    const stream = await open().responses.create({ model: 'text;pace=2', input: 'Hello', stream: true });
    for await (const event of stream)
      if (event.type === 'response.output_text.delta') break; // which closes the connection
    await until(() => /text;pace=2: 200, \d events?, left by the client/.test(gateway.served()));
  });

  scenario('refusal', 'a refusal part', async () => {
    const { events, response } = await ask({ model: 'refusal', input: 'Do it' });
    assert.equal(deltas(events, 'refusal'), 'I cannot help with that.');
    assert.deepEqual(response.output[0].content, [{ type: 'refusal', refusal: 'I cannot help with that.' }]);
    assert.equal(response.status, 'completed');
  });

  scenario('limit of tokens', 'status incomplete, `max_output_tokens`', async () => {
    const { events, response } = await ask({ model: 'length', input: 'Hello', max_output_tokens: 6 });
    assert.equal(events.at(-1).type, 'response.incomplete');
    assert.equal(response.status, 'incomplete');
    assert.deepEqual(response.incomplete_details, { reason: 'max_output_tokens' });
    assert.equal(response.output[0].content[0].text, 'As far as it g');
    assert.equal(gateway.asked()[0].max_tokens, 6);
  });

  scenario('content filter', 'status incomplete, `content_filter`', async () => {
    const { response } = await ask({ model: 'filter', input: 'Hello' });
    assert.equal(response.status, 'incomplete');
    assert.deepEqual(response.incomplete_details, { reason: 'content_filter' });
    assert.equal(response.output[0].content[0].text, 'Once upon a');
  });

  // What a stream throws, by create and by the helper, and the text before.
  async function thrown(params, options) {
    const client = open(options);
    let text = '';
    const error = await (async () => {
      for await (const event of await client.responses.create({ ...params, stream: true }))
        if (event.type === 'response.output_text.delta') text += event.delta;
    })().catch((e) => e);
    await assert.rejects(client.responses.stream(params).finalResponse(), { message: error?.message });
    return { text, error };
  }

  for (const { name, model, text, message, code } of FAILING)
    scenario(name, `${text && 'the text, then '}the error is thrown`, async () => {
      const failed = await thrown({ model, input: 'Hello' });
      assert.equal(failed.text, text);
      assert.ok(failed.error instanceof OpenAI.APIError);
      assert.equal(failed.error.message, message);
      assert.equal(failed.error.code, code);
    });

  for (const { name, model, status, message, code } of REFUSED)
    scenario(name, 'the error is thrown', async () => {
      const params = { model, input: 'Hello' };
      const whole = await open().responses.create(params).catch((e) => e);
      for (const error of [whole, (await thrown(params)).error]) {
        assert.equal(error.status, status);
        assert.equal(error.message, `${status} ${message}`);
        assert.equal(error.code, code);
      }
    });

  scenario('HTTP 503, with retries', 'it asks three times', async () => {
    const params = { model: 'text;status=503', input: 'Hello' };
    await assert.rejects(open({ maxRetries: 2 }).responses.create(params), OpenAI.InternalServerError);
    assert.equal(gateway.asked().length, 3);
  });

  scenario('what cannot be served', 'a bad request, and why', async () => {
    const { error } = await thrown({ model: 'text', input: 'Hello', previous_response_id: 'resp_1' });
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.equal(error.param, 'previous_response_id');
    assert.equal(error.code, 'previous_response_not_found');
    assert.deepEqual(gateway.asked(), []);
  });
}
