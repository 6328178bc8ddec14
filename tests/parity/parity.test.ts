import { createInternet, type Internet } from './harness/internet';
import { AREAS } from './cases';
import { DIFFERENCES } from './differences';
import { report } from './harness/report';
import { isAsked, OWN_ROUTES, routesOf } from './harness/routes';
import { compareCase } from './harness/run';
import { createWorld, type World } from './harness/world';

/** The paths at which a case is known to differ. */
const listedPaths = (name: string): string[] =>
  DIFFERENCES.filter(({ cases }) => cases.includes(name)).flatMap(({ paths }) => paths);

/*
 * The same project runs twice, once with Strapi's built-in upload plugin and once with ours. Each
 * case starts from the same state and is sent to both; then the answers (status, headers, body) and
 * what they left behind (rows, store, uploads folder, temporary folder) have to be the same, but for
 * what `differences.ts` lists for that case; and what is listed there has to differ.
 *
 * Labels stand for what is never the same: ids, document ids, hashes, times of now, addresses. The
 * bytes of pictures, which are encoded anew, are compared by format and pixels; their sizes are not.
 * Two errors that differ in anything but their status are one difference.
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
