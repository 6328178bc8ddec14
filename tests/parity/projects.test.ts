import { report } from './harness/report';
import { compareCase } from './harness/run';
import { createWorld, type World } from './harness/world';
import { formidable } from './projects/formidable';
import { front } from './projects/front';
import { remote } from './projects/remote';
import { openRoute, replacedRoute, route } from './projects/route';
import { wrappers } from './projects/wrappers';

/*
 * Compares projects that have their own code around uploads. The code does what public projects and npm plugins do, but
 * is written for these tests. Each project runs twice, with the built-in plugin and with this plugin. The outcomes of
 * the requests must be equal, except for the project's list of differences.
 */

describe.each([front, route, replacedRoute, openRoute, formidable, wrappers, remote])(
  'a project $name',
  ({ files, cases, differences = [] }) => {
    let worlds: World[];
    beforeAll(async () => {
      worlds = [];
      for (const builtin of [true, false]) {
        worlds.push(await createWorld({ builtin, files: files({ builtin }) }));
      }
    });
    afterAll(() => Promise.all(worlds.map(({ server }) => server.stop())));

    it('lists differences of cases that there are', () => {
      const names = cases.map(({ name }) => name);
      const listed = differences.flatMap((one) => one.cases);
      expect(names).toEqual(expect.arrayContaining(listed));
    });

    it.each(cases.map((one) => [one.name, one] as const))('%s', async (name, parityCase) => {
      const listed = differences
        .filter((one) => one.cases.includes(name))
        .flatMap(({ paths }) => paths);
      const comparison = await compareCase(worlds, parityCase, listed);
      const unlisted = comparison.paths.filter((path) => !listed.includes(path));
      expect(report(unlisted, comparison)).toBe('');
      expect(comparison.paths).toEqual(expect.arrayContaining(listed));
    });
  }
);
