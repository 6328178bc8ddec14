import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';
import { Client, expectKept, smallPictures } from '../faults/client';
import { bytesOf } from '../support/consistency';
import { onEveryDatabase } from '../support/databases';
import { eventually } from '../support/ledger';
import { BLUE, coloursOf, expectColours, GREEN, quarters, RED, YELLOW } from '../support/pixels';
import { regenerating, START, type Picture } from '../support/regenerating';

/** Tests `npx strapi-upload regenerate` while a server changes files. */
onEveryDatabase((kind) => {
  const { site, server, begin, regenerate, upload, pictures, settled } = regenerating(kind);

  it('throws its work away where a server changes the file meanwhile', async () => {
    const large = await quarters(6000, 4500).png().toBuffer();
    const turned = await quarters(1200, 1200).rotate(180).png().toBuffer();
    const file = await upload('a.png', large);

    await whileItWorks(file, () =>
      request(server().url)
        .post(`/api/upload?id=${file.id}`)
        .attach('files', turned, 'b.png')
        .expect(200)
    );

    const [row] = await pictures();
    expect(row!.formats).toMatchObject({ large: { width: 900 }, tiny: { width: 100 } });
    const bytes = await bytesOf(server(), row!.formats.large!);
    expectColours(await coloursOf(bytes), [YELLOW, BLUE, GREEN, RED]);
    await settled();
  });

  it('passes over a file that is deleted meanwhile', async () => {
    const file = await upload('a.png', await quarters(6000, 4500).png().toBuffer());
    const { code, out } = await whileItWorks(file, () =>
      request(server().url).delete(`/api/upload/files/${file.id}`).expect(200)
    );
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('0 of 1 images') });
    await settled();
  });

  /** Starts the command, runs `work` after the command has read the original, and then lets the command continue. */
  const whileItWorks = async (file: Picture, work: () => Promise<unknown>) => {
    const { child, ended } = begin('--all');
    const { size } = await stat(path.join(site().project.uploads, file.hash + file.ext));
    await eventually(
      async () => (await stagedSizes()).includes(size),
      'the original is read',
      START
    );
    child.kill('SIGSTOP');
    await work();
    child.kill('SIGCONT');
    return ended;
  };

  const stagedSizes = async (): Promise<number[]> => {
    const staging = path.join(site().project.uploads, '.staging');
    const names = await readdir(staging, { recursive: true }).catch(() => []);
    return Promise.all(
      names.map((name) =>
        stat(path.join(staging, name)).then(
          ({ size }) => size,
          () => 0
        )
      )
    );
  };

  it('does no harm to what clients create, replace and delete meanwhile', async () => {
    const client = new Client(await smallPictures());
    const stop = new AbortController();
    const working = Promise.all([
      client.work(server().url, stop.signal),
      client.work(server().url, stop.signal),
    ]);
    for (const args of [['--all'], ['--missing'], ['--all', '--concurrency', '8']]) {
      expect(await regenerate(...args)).toMatchObject({ code: 0, err: '' });
    }
    await client.answered(10);
    stop.abort();
    await working;
    await expectKept(server(), client);
    await settled();
  });

  it('does not begin while another one runs', async () => {
    await server().inside(async (strapi) => {
      const { ledger } = strapi.get('strapi-upload.container').journal as {
        ledger: { hold(provider: string, fileId: number): Promise<string | null> };
      };
      await ledger.hold('local', 0);
    });
    expect(await regenerate()).toMatchObject({
      code: 1,
      err: expect.stringContaining('The sizes of images are already being regenerated.'),
    });
  });
});
