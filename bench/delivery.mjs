// Measures variants by URL: this plugin, ipx 3, sharp alone, and the `send` library for static files. What is compared
// runs in turn; the results are medians. Times vary between runs, so only ratios are meaningful. Needs a build, and npm
// for ipx. Linux only (reads /proc).
//
//   node bench/delivery.mjs [--rounds 5] [--only hit,fifty,cold,flood,first]
//
// hit: a stored variant against a static file of the same bytes. fifty: identical cold requests at once. cold: variants
// of images that no server has seen. flood: a thousand different cold variants at once. first: the first variant of a
// fresh process. Fails if a promised bound is missed.

import { parseArgs } from 'node:util';
import { cold, first } from './delivery-cold.mjs';
import { shown } from './delivery-client.mjs';
import { fifty } from './delivery-fifty.mjs';
import { flood } from './delivery-flood.mjs';
import { hit } from './delivery-hit.mjs';

const SCENARIOS = { hit, fifty, cold, flood, first };

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: Object.keys(SCENARIOS).join(',') },
  },
});
const ROUNDS = Number(values.rounds);
const wanted = values.only.split(',');
const unknown = wanted.find((name) => !Object.hasOwn(SCENARIOS, name));
if (unknown !== undefined || !(ROUNDS >= 1)) {
  throw new Error(`Allowed: --rounds from 1, --only ${Object.keys(SCENARIOS).join(',')}`);
}

/** Whether a figure is within its bound. A figure that is no number is not. */
const isKept = ({ value, limit }) => value <= limit;

const promises = [];
for (const name of wanted) {
  const result = await SCENARIOS[name](ROUNDS);
  console.log(`\n${result.title}`);
  console.table(result.table);
  promises.push(...result.promises);
}

console.log('\nPromises');
console.table(
  Object.fromEntries(
    promises.map((one) => [
      one.what,
      { value: shown(one.value), limit: one.limit, kept: isKept(one) ? 'yes' : 'NO' },
    ])
  )
);
const missed = promises.filter((one) => !isKept(one));
missed.forEach(({ what, value, limit }) =>
  console.error(`Missed: ${what} is ${shown(value)}, the bound is ${limit}`)
);
process.exit(missed.length > 0 ? 1 : 0);
