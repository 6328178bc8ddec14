import { once } from 'node:events';
import http from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { median, timed } from './picture-client.mjs';

const persistent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/** Pause before a measurement, in ms. A server may still do work that belongs to an earlier answer. */
const PAUSE = 300;

/**
 * Fetches a URL. Throws nothing for a wrong status, since some scenarios count them.
 *
 * @param agent http.Agent with the connections to use
 * @returns the status, the number of bytes, and whether caches may keep the answer
 */
export async function fetched(url, agent = persistent) {
  const [response] = await once(http.get(url, { agent }), 'response');
  let bytes = 0;
  response.on('data', (chunk) => (bytes += chunk.length));
  await once(response, 'end');
  const { statusCode: status, headers } = response;
  return {
    status,
    bytes,
    isKept: headers['cache-control'] !== 'no-store',
  };
}

/**
 * Fetches a variant.
 *
 * @returns the number of bytes
 * @throws Error for another status than 200, and for an answer in place of the variant
 */
export async function variant(url) {
  const { status, bytes, isKept } = await fetched(url);
  if (status !== 200 || !isKept) {
    throw new Error(`${url} answered ${status}${isKept ? '' : ', not with the variant'}`);
  }
  return bytes;
}

/**
 * Runs `work`, and measures what it costs a process.
 *
 * @param process result of `run` of server.mjs
 * @returns the duration and the processor time in ms; the numbers of queries and renders, and the longest time in ms
 *   for which the process has handled no event (NaN or undefined if the process does not count them); the result of
 *   `work`
 */
export async function costOf(process, work) {
  await setTimeout(PAUSE);
  const before = await process.ask('figures');
  const { ms, result } = await timed(work);
  const after = await process.ask('figures');
  return {
    ms,
    cpu: after.cpuTime - before.cpuTime,
    queries: after.queries - before.queries,
    renders: after.renders - before.renders,
    stall: after.stall,
    result,
  };
}

/**
 * Measures several pieces of work in turn, for several rounds after a first one that does not count.
 *
 * @param works functions by name, each of which returns an object of numbers
 * @returns for each name, the list of its results
 */
export async function inTurn(works, rounds) {
  const results = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, work] of Object.entries(works)) {
      const result = await work(round);
      if (round > 0) {
        results[name].push(result);
      }
    }
  }
  return results;
}

/** Median of one number of the results of `inTurn`. */
export const middle = (list, key) => median(list.map((one) => one[key]));

/** Median of the ratios of the rounds: other work on the machine changes both sides of one round. */
export const middleRatio = (list, others, key) =>
  median(list.map((one, round) => one[key] / others[round][key]));

/** A number of a table. */
export const shown = (value, digits = 2) =>
  Number.isFinite(value) ? Number(value.toFixed(digits)) : '-';
