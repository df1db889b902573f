// SPDX-License-Identifier: MIT
// gateway.js - nginx with the module, and `sluice serve` behind it, for the
// time of one test file: on ports that are free, in a folder of their own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const build = path.resolve(process.env.BUILD ?? path.join(here, '../../build'));
export const sluice = path.join(build, 'sluice');

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

function run(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.said = '';
  child.stdout.resume();
  child.stderr.on('data', (data) => (child.said += data));
  child.over = new Promise((resolve) => {
    child.on('error', (error) => resolve(String(error)));
    child.on('exit', (code, signal) => resolve(signal ?? code));
  });
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

// Whatever ends the tests ends the children.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

async function end(child, signal) {
  child.kill(signal);
  return child.over;
}

async function startServer(dir) {
  const server = run(sluice, [
    'serve', '--port', '0', '--corpus', path.join(here, 'streams'),
    '--log', path.join(dir, 'asked.jsonl'), '--verbose',
  ]);
  const lines = readline.createInterface({ input: server.stdout });
  const first = await Promise.race([once(lines, 'line'), server.over]);
  server.url = /http:\/\/[^ ]*/.exec(String(first))?.[0];
  if (server.url === undefined) throw new Error(`sluice serve: ${server.said}`);
  return server;
}

function configure(template, dir, port, upstream) {
  const values = {
    DIR: dir, PORT: port, UPSTREAM: upstream, USER: os.userInfo().username,
    MODULE: path.join(build, 'nginx/ngx_http_sluice_module.so'),
  };
  fs.writeFileSync(path.join(dir, 'nginx.conf'),
    template.replace(/@([A-Z]+)@/g, (_, name) => values[name]));
}

// Somebody else may take the port first: another is tried then.
async function startNginx(template, dir, upstream) {
  for (let tries = 0; tries < 5; tries++) {
    const port = await freePort();
    configure(template, dir, port, upstream);
    const nginx = run('nginx', ['-p', dir, '-c', `${dir}/nginx.conf`, '-e', 'stderr']);
    let over = false;
    nginx.over.then(() => (over = true));
    while (!over) {
      if (await accepts(port)) return Object.assign(nginx, { port });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (!/Address already in use/.test(nginx.said)) throw new Error(`nginx: ${nginx.said}`);
  }
  throw new Error('nginx: no free port');
}

const usual = fs.readFileSync(path.join(here, 'nginx.conf'), 'utf8');

// `template` is a configuration of nginx like that in nginx.conf.
export async function openGateway(template = usual) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-clients-'));
  const asked = path.join(dir, 'asked.jsonl');
  const server = await startServer(dir);
  const nginx = await startNginx(template, dir, server.url).catch(async (error) => {
    await end(server, 'SIGKILL');
    throw error;
  });
  let seen = 0;
  return {
    dir,
    url: `http://127.0.0.1:${nginx.port}/v1`,
    thoughts: `http://127.0.0.1:${nginx.port}/thoughts/v1`,

    // The chat requests that reached the server since the last call.
    asked() {
      const text = fs.readFileSync(asked, 'utf8');
      const lines = text.slice(seen).split('\n').filter(Boolean);
      seen = text.length;
      return lines.map((line) => JSON.parse(line));
    },

    // What the server says of its answers: a line each.
    served: () => server.said,

    // Both must end well, and nginx may not have met what must never happen.
    async close() {
      const ended = [await end(nginx, 'SIGQUIT'), await end(server, 'SIGTERM')];
      const log = fs.readFileSync(path.join(dir, 'error.log'), 'utf8');
      const bad = log.split('\n').filter((line) => /\[(emerg|alert|crit)\]|exited on signal/.test(line));
      fs.rmSync(dir, { recursive: true });
      if (ended.some((how) => how !== 0)) throw new Error(`nginx, serve: ended with ${ended}`);
      if (bad.length > 0) throw new Error(`nginx: ${bad.join('\n')}`);
    },
  };
}
