// SPDX-License-Identifier: MIT
// table.js FOLDER FILE [update] - what the clients showed, as scenario.js wrote
// it down in FOLDER, against the table in FILE, docs/clients.md; `update`
// writes it anew.
import fs from 'node:fs';
import path from 'node:path';

const [folder, file, update] = process.argv.slice(2);
const PACKAGES = {
  openai: ['openai'], 'openai-6': ['openai-6'], agents: ['@openai/agents'], 'ai-sdk': ['ai', '@ai-sdk/openai'],
  langchain: ['@langchain/openai'], codex: ['@openai/codex'],
};
const BEGIN = '<!-- made by `make test-clients` -->\n';
const END = '<!-- end -->\n';

const read = (name) => JSON.parse(fs.readFileSync(name, 'utf8'));
const versions = read(new URL('package.json', import.meta.url)).dependencies;
const shown = Object.keys(PACKAGES).map((client) => read(path.join(folder, `${client}.json`)));
const row = (cells) => `| ${cells.join(' | ')} |\n`;

// In the order of the clients, and of their scenarios.
const scenarios = [...new Set(shown.flatMap((client) => Object.keys(client)))];
// A version beside another is an alias: npm:NAME@VERSION.
const named = (name) => (/^npm:(.+@.+)/.exec(versions[name])?.[1] ?? `${name}@${versions[name]}`);
const heads = Object.values(PACKAGES).map((names) => names.map(named).join(', '));
const table = row(['scenario', ...heads]) + row(['---', ...heads.map(() => '---')]) +
  scenarios.map((name) => row([name, ...shown.map((client) => client[name] ?? '')])).join('');

const text = fs.readFileSync(file, 'utf8');
const [begin, end] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
if (begin < BEGIN.length || end < begin) throw new Error(`${file}: no place for the table`);
if (update === 'update') {
  fs.writeFileSync(file, text.slice(0, begin) + table + text.slice(end));
} else if (text.slice(begin, end) !== table) {
  console.error(`${file}: the table is not what the clients showed; \`make golden-clients\` writes it anew:\n${table}`);
  process.exitCode = 1;
}
