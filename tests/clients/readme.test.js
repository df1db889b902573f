// SPDX-License-Identifier: MIT
// readme.test.js - what nginx/README.md and docs/clients.md tell people to copy,
// copied: the configuration of nginx, and that of Codex.
import assert from 'node:assert/strict';
import fs from 'node:fs';

import { items, makeFolders, read, runCodex } from './codex.js';
import { through } from './scenario.js';

const text = (name) => fs.readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
// The first block of code in that language.
const block = (name, language) => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(text(name))[1];

// What is put in place of what; each must be there.
function replaced(from, ...pairs) {
  return pairs.reduce((made, [what, by]) => {
    assert.ok(made.includes(what), `no ${what} in:\n${from}`);
    return made.replaceAll(what, by);
  }, from);
}

// The configuration, with files in a folder of the test's own, and other ports.
const nginx = replaced(block('nginx/README.md', 'nginx'),
  ['/usr/lib/nginx/modules/ngx_http_sluice_module.so', '@MODULE@'],
  ['127.0.0.1:8090', '127.0.0.1:@PORT@'],
  ['http://127.0.0.1:8000/v1', '@UPSTREAM@'],
  ['http://127.0.0.1:8000', '@UPSTREAM@'],
  ['http {', `http {
    access_log off; client_body_temp_path @DIR@/body; proxy_temp_path @DIR@/proxy; fastcgi_temp_path @DIR@/fastcgi;
    uwsgi_temp_path @DIR@/uwsgi; scgi_temp_path @DIR@/scgi;`]);
const { gateway, scenario } = through('readme',
  `daemon off; user @USER@; pid @DIR@/nginx.pid; error_log @DIR@/error.log info;\n${nginx}`);

for (const name of ['nginx/README.md', 'docs/clients.md'])
  scenario(name, 'Codex works as it says there', async () => {
    const toml = block(name, 'toml');
    const [model] = /(?<=^model = ").*(?="$)/m.exec(toml);
    const config = replaced(toml, [`"${model}"`, '"codex-shell"'], ['http://127.0.0.1:8090/v1', gateway.url]);
    const folders = makeFolders(gateway.dir);
    const { code, events } = await runCodex(config, folders, ['--ephemeral', 'Please']);
    assert.equal(code, 0);
    assert.deepEqual(items(events).slice(-2), [
      ['command_execution', '0: from the shell'], ['agent_message', 'The command has run.']]);
    assert.equal(read(folders, 'made.txt'), 'from the shell');
    assert.equal(gateway.asked().length, 2);
  });

// As the AI SDK does, unless it is told otherwise. Left out, the model would not
// know what it said itself, and nobody would be told.
scenario('what is not stored here', 'refused, not left out', async () => {
  const response = await fetch(`${gateway.url}/responses`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'text', input: [
      { role: 'user', content: 'I am Ada' }, { type: 'item_reference', id: 'msg_1' }, { role: 'user', content: 'And?' }] }),
  });
  assert.equal(response.status, 400);
  assert.match((await response.json()).error.message, /store: false/);
  assert.deepEqual(gateway.asked(), []);
});
