// SPDX-License-Identifier: MIT
// codex.js - the Codex CLI, headless, in a folder of its own.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(import.meta.resolve('@openai/codex/bin/codex.js'));
let runs = 0;

// A home and a folder to work in, which a run may hand on to the next.
export function makeFolders(dir) {
  const top = path.join(dir, `codex-${++runs}`);
  const folders = { home: path.join(top, 'home'), work: path.join(top, 'work') };
  for (const folder of Object.values(folders)) fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folders.work, 'greeting.txt'), 'Hello, world\n');
  return folders;
}

// Runs `codex exec` with this config.toml. Returns its exit status and the
// events that it wrote. Sandboxes are not what is tested, and do not work in
// each container.
export async function runCodex(config, folders, args) {
  fs.writeFileSync(path.join(folders.home, 'config.toml'), config);
  const child = spawn(process.execPath, [program, 'exec', '--json', '--skip-git-repo-check',
    '--dangerously-bypass-approvals-and-sandbox', ...args], {
    cwd: folders.work,
    env: { PATH: process.env.PATH, HOME: folders.home, CODEX_HOME: folders.home, MY_KEY: 'key-of-the-test' },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 30_000,
  });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (data) => (written += data));
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, events: written.split('\n').filter(Boolean).map((line) => JSON.parse(line)) };
}

export const read = (folders, file) => fs.readFileSync(path.join(folders.work, file), 'utf8');

// The items that were completed, as [type, what it shows].
export function items(events) {
  const shows = {
    agent_message: (item) => item.text,
    reasoning: (item) => item.text,
    error: (item) => item.message,
    command_execution: (item) => `${item.exit_code}: ${item.aggregated_output}`,
    file_change: (item) => `${item.status}: ${item.changes.map((c) => `${c.kind} ${path.basename(c.path)}`)}`,
  };
  return events.filter((e) => e.type === 'item.completed')
    .map(({ item }) => [item.type, shows[item.type]?.(item) ?? JSON.stringify(item)]);
}
