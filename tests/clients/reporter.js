// SPDX-License-Identifier: MIT
// reporter.js - a line for each client, all that is known of a failure, and a
// sum.
import path from 'node:path';

export default async function* report(source) {
  const counts = new Map();
  let failed = 0;
  for await (const { type, data } of source) {
    if (type === 'test:stderr' || type === 'test:stdout') yield data.message;
    // A file is a test, too; what it holds was told before.
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details.type === 'suite') continue;
    const client = path.basename(data.name.split(': ')[0], '.test.js');
    const count = counts.get(client) ?? { pass: 0, fail: 0 };
    counts.set(client, count);
    if (type === 'test:pass') {
      count.pass++;
    } else {
      count.fail++;
      failed++;
      const { cause } = data.details.error;
      const why = String(cause?.stack ?? cause ?? data.details.error);
      yield `FAILED  ${data.name}\n${why.replace(/^/gm, '        ')}\n`;
    }
  }
  for (const [client, { pass, fail }] of [...counts].sort())
    yield `${fail === 0 ? 'ok     ' : 'FAILED '} ${client.padEnd(24)} ${pass}\n`;
  const passed = [...counts.values()].reduce((sum, { pass }) => sum + pass, 0);
  yield `${passed} passed, ${failed} failed\n`;
}
