import { createInternet, type Internet } from './harness/internet';
import { AREAS } from './cases';
import { DIFFERENCES } from './differences';
import { report } from './harness/report';
import { isAsked, OWN_ROUTES, routesOf } from './harness/routes';
import { compareCase } from './harness/run';
import { createWorld, type World } from './harness/world';

/** The paths at which a case may differ, as listed in `DIFFERENCES`. */
const listedPaths = (name: string): string[] =>
  DIFFERENCES.filter(({ cases }) => cases.includes(name)).flatMap(({ paths }) => paths);

/*
 * The same project runs twice, once with Strapi's built-in upload plugin and once with this plugin. Each case starts
 * from the same state and is sent to both servers. Then the answers (status, headers, body) and the traces (rows,
 * store, uploads folder, temporary folder) must be equal, except for the differences that `differences.ts` lists for
 * the case. Each listed difference must really exist.
 *
 * Labels replace values that are different in each run: ids, document ids, hashes, current times, addresses. Images
 * that are encoded again are compared by format and pixels, but not by their size in bytes. Two errors that differ in
 * more than their status are one difference.
 */

const worlds: World[] = [];
let internet: Internet;
beforeAll(async () => {
  internet = await createInternet();
  for (const builtin of [true, false]) {
    const world = await createWorld({ builtin });
    worlds.push(world);
    await internet.connect(world.server);
  }
});
afterAll(() => Promise.all([internet?.close(), ...worlds.map(({ server }) => server.stop())]));

describe('the two servers', () => {
  it('are the built-in plugin and ours', async () => {
    const ledgers = worlds.map(({ server }) =>
      server.inside((strapi) => strapi.db.connection.schema.hasTable('upload_ledger'))
    );
    expect(await Promise.all(ledgers)).toEqual([false, true]);
  });

  it('have the same routes but for our own, and every one of them is asked', async () => {
    const [builtin, ours] = await Promise.all(worlds.map(({ server }) => routesOf(server)));
    expect(ours).toEqual([...builtin!, ...OWN_ROUTES].sort());
    expect(builtin!.filter((route) => !isAsked(route))).toEqual([]);
  });
});

describe.each(Object.entries(AREAS))('%s', (_area, cases) => {
  it.each(cases.map((parityCase) => [parityCase.name, parityCase] as const))(
    '%s',
    async (name, parityCase) => {
      const listed = listedPaths(name);
      const comparison = await compareCase(worlds, parityCase, listed);
      const unlisted = comparison.paths.filter((path) => !listed.includes(path));
      expect(report(unlisted, comparison)).toBe('');
      expect(comparison.paths).toEqual(expect.arrayContaining(listed));
    }
  );
});
