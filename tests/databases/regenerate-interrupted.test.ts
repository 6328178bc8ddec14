import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256 } from '../support/api';
import { pluginsWith } from '../support/config';
import { bytesOf } from '../support/consistency';
import { onEveryDatabase } from '../support/databases';
import { eventually } from '../support/ledger';
import { OLD, regenerating, START, type Picture } from '../support/regenerating';
import { jpeg } from '../support/samples';

/** Number of images. The command needs more than two seconds for so many images. */
const PICTURES = 48;

/** Tests that kill or interrupt `npx strapi-upload regenerate`. */
onEveryDatabase((kind) => {
  const { site, server, begin, regenerate, upload, pictures, settled } = regenerating(kind);

  const originals = async () =>
    Promise.all((await pictures()).map(async (row) => sha256(await bytesOf(server(), row))));

  /** The id after which the next run of the command continues. The command has handled all images up to this id. */
  const resumeAfter = () =>
    server().inside(async (strapi) => {
      const store = strapi.store({ type: 'plugin', name: 'upload', key: 'regeneration' });
      const entry = (await store.get({})) as { resume: { after: number } | null } | null;
      return entry?.resume?.after ?? 0;
    });

  it('goes on where it was killed, and leaves old sizes or new ones, never anything else', async () => {
    // The command records its progress every two seconds. It must record before all of these images are done.
    const photo = await jpeg({ width: 2400, height: 1800 });
    for (let turn = 0; turn < PICTURES; turn += 1) {
      await upload(`${turn}.jpg`, photo);
    }
    const before = await originals();
    // Sort the keys, because some databases change the order of keys in JSON.
    const isNew = ({ formats }: Picture) =>
      Object.keys(formats).sort().join() === 'large,thumbnail,tiny';

    let after = 0;
    for (let kill = 0; kill < 2; kill += 1) {
      const { child, ended } = begin('--all', '--concurrency', '1');
      await eventually(async () => (await resumeAfter()) > after, 'some more are done', START);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
      child.kill('SIGKILL');
      await ended;
      after = await resumeAfter();
      await settled();
    }
    const half = await pictures();
    expect(half.filter(isNew).length).toBeGreaterThan(0);
    expect(half.every((row) => isNew(row))).toBe(false);
    const { code, out } = await regenerate('--all');

    expect(code).toBe(0);
    expect(out).toMatch(/^Continuing after \d+ images/);
    expect(out).toContain(`${PICTURES} of ${PICTURES} images were changed, 0 failed.`);
    const whole = await pictures();
    expect(whole.every((row) => isNew(row))).toBe(true);
    const done = (rows: Picture[]) => rows.filter(({ id }) => id <= after);
    expect(done(whole)).toEqual(done(half));
    expect(await originals()).toEqual(before);
    await settled();
    // The last run is complete, so the next run starts from the beginning.
    expect((await regenerate('--all')).out).not.toContain('Continuing');
  });

  it('ends at the next picture when it is interrupted; another configuration begins anew', async () => {
    const photo = await jpeg();
    for (let turn = 0; turn < PICTURES; turn += 1) {
      await upload(`${turn}.jpg`, photo);
    }
    const interrupted = begin('--all', '--concurrency', '1');
    await eventually(async () => (await resumeAfter()) > 0, 'some are done', START);
    interrupted.child.kill('SIGINT');

    const { code, out } = await interrupted.ended;
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringContaining('The regeneration was interrupted'),
    });
    await settled();
    await writeFile(path.join(site().project.dir, 'config/plugins.js'), pluginsWith(OLD));
    expect((await regenerate('--all')).out).not.toContain('Continuing');
  });
});
