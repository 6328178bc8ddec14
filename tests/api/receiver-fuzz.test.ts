import http from 'node:http';
import fc from 'fast-check';
import { expectNothingLeftOver, expectTrueLedger } from '../support/consistency';
import { fuzzRuns } from '../support/fuzz-runs';
import { bodyOf, BOUNDARY, form, mutation } from '../support/forms';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { send } from '../support/raw';
import { startServer, type Server } from '../support/server';

const WARM_UP = 500;
const RUNS = fuzzRuns(500, 1_500);
const AT_ONCE = 4;

/**
 * Allowed growth of the server's memory after the warm-up, in bytes, over all requests. With the full number of {@link
 * RUNS}, the memory grows by 1.1 MB if the server keeps nothing, and by 2.8 MB if it keeps the request objects.
 */
const GROWTH = 2_000_000;

let server: Server;
beforeAll(async () => {
  server = await startServer({ ownProcess: true });
  await allowPublic(server, UPLOAD_ACTIONS);
});
afterAll(() => server.stop());

it('hundreds of broken forms get an answer each, and leave nothing behind', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
  const statuses = new Map<number, number>();
  const sendAll = (numRuns: number) =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(form, mutation), { minLength: AT_ONCE, maxLength: AT_ONCE }),
        async (broken) => {
          const answers = await Promise.all(
            broken.map(([sent, mutate]) =>
              send(server.url, { headers, agent, chunks: [mutate(bodyOf(sent))], timeout: 20_000 })
            )
          );
          for (const { status } of answers) {
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            expect([200, 201, 400, 404, 413]).toContain(status);
          }
        }
      ),
      { numRuns: numRuns / AT_ONCE, endOnFailure: true }
    );
  /** Bytes of memory that the server still uses after a garbage collection. */
  const memory = () =>
    server.inside(() => {
      process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
      process.getBuiltinModule('node:vm').runInNewContext('gc')();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    });
  await sendAll(WARM_UP);
  const before = await memory();
  await sendAll(RUNS);
  const after = await memory();
  agent.destroy();

  expect(after - before).toBeLessThan(GROWTH);
  expect(statuses.get(201)).toBeGreaterThan(RUNS / 100);
  expect(statuses.get(400)).toBeGreaterThan(RUNS / 4);
  await expectNothingLeftOver(server);
  await expectTrueLedger(server);
}, 300_000);
