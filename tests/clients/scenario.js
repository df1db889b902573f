// SPDX-License-Identifier: MIT
// scenario.js - a test file's gateway, and its tests by the names of scenarios.
// What a client showed in each is written down (SHOWN, a folder), for the table
// in docs/clients.md.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { openGateway } from './gateway.js';

// Returns the gateway, which lives while the tests of this file run, and
// scenario(NAME, SHOWS, FUNCTION): FUNCTION holds the client to what SHOWS says
// in words.
export function through(client) {
  const gateway = {};
  const shown = {};
  before(async () => Object.assign(gateway, await openGateway()));
  after(async () => {
    await gateway.close();
    if (process.env.SHOWN === undefined) return;
    fs.writeFileSync(path.join(process.env.SHOWN, `${client}.json`), JSON.stringify(shown));
  });
  const scenario = (name, shows, body) =>
    test(`${client}: ${name}: ${shows}`, { timeout: 60_000 }, async () => {
      await body();
      assert.equal(shown[name], undefined, `two scenarios are named ${name}`);
      shown[name] = shows;
    });
  return { gateway, scenario };
}
