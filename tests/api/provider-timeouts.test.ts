import request from 'supertest';
import type { ProviderFile } from '../../server/src/storage/provider/interface';
import { sendFile } from '../support/api';
import { eventually, ledgerOf, stagedLeases } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { bucketOf, callsOf, providerWith } from '../support/provider';
import { createProject } from '../support/project';
import { startServer, type Server } from '../support/server';

const TIMES = {
  providerTimeout: { call: 300, upload: 300 },
  recovery: { lease: 1000, interval: 1000 },
};

type Hook = (method: string, file: object) => unknown;

/** Makes all later calls of this provider method hang until {@link goOn} is called. */
const hang = (server: Server, method: string): Promise<void> =>
  server.inside((_strapi, name) => {
    const target = globalThis as { beforeCall?: Hook; goOn?: () => void };
    const wait = new Promise<void>((resolve) => (target.goOn = resolve));
    target.beforeCall = (called) => (called === name ? wait : undefined);
  }, method);

const HANGS_FROM_THE_START = {
  'config/hangs.js': `module.exports = () => {
    const never = new Promise(() => {});
    globalThis.beforeCall = (called) => (called === process.env.HANGS ? never : undefined);
    return {};
  };`,
};

/** Lets the hanging calls end, and later calls run normally. */
const goOn = (server: Server): Promise<void> =>
  server.inside(() => {
    const target = globalThis as { beforeCall?: Hook; goOn?: () => void };
    delete target.beforeCall;
    target.goOn?.();
  });

/** Simulates that the hour until the next try has passed. */
const nextHour = (server: Server): Promise<void> =>
  server.inside(async (strapi) => {
    await strapi.db.getConnection('upload_ledger').where({ state: 'removing' }).update({
      lease_until: 0,
    });
  });

const methods = async (server: Server) => (await callsOf(server)).map(({ method }) => method);

describe('a provider that hangs', () => {
  let server: Server;
  beforeAll(async () => {
    const methods = ['uploadStream', 'checkFileSize', 'isPrivate', 'getSignedUrl'] as const;
    server = await startServer(providerWith([...methods], TIMES));
    await allowPublic(server, UPLOAD_ACTIONS);
    await server.inside((strapi) => {
      Object.assign(globalThis, { asItWas: { ...strapi.plugin('upload').provider } });
    });
  });
  afterEach(() =>
    server.inside((strapi) => {
      const { asItWas } = globalThis as unknown as { asItWas: object };
      Object.assign(strapi.plugin('upload').provider, asItWas);
    })
  );
  afterAll(() => server.stop());

  it('while it stores: 503, and what it stores in the end is removed, an hour later too', async () => {
    // This method reads all bytes, but it stores them only after the timeout.
    await server.inside((strapi) => {
      const target = globalThis as unknown as { bucket: Map<string, Buffer>; goOn: () => void };
      strapi.plugin('upload').provider.uploadStream = async (file: ProviderFile) => {
        const chunks: Buffer[] = [];
        for await (const chunk of file.stream!) {
          chunks.push(chunk as Buffer);
        }
        await new Promise<void>((resolve) => (target.goOn = resolve));
        target.bucket.set(`${file.hash}${file.ext}`, Buffer.concat(chunks));
      };
    });
    await callsOf(server);
    const { headers } = await sendFile(server, 'a.txt', 'hello').expect(503);
    expect(server.output()).toContain('did not complete "uploadStream" within 0.3 seconds');
    expect(headers['retry-after']).toBe('10');
    expect(await ledgerOf(server)).toMatchObject([{ state: 'staged', fileId: null }]);

    const state = async () => (await ledgerOf(server)).map((row) => row.state);
    await eventually(async () => (await state())[0] === 'removing', 'recovery has removed it');
    expect(await methods(server)).toContain('delete');

    // The call that timed out now stores its bytes.
    await goOn(server);
    await eventually(
      async () => Object.keys(await bucketOf(server)).length === 1,
      'the late call has stored'
    );
    await nextHour(server);
    await eventually(async () => (await state()).length === 0, 'it is removed once more');
    expect(await bucketOf(server)).toEqual({});
  });

  it('while it deletes: the file is gone, and its object as soon as the provider answers', async () => {
    const { body } = await sendFile(server, 'a.txt', 'hello').expect(201);
    await hang(server, 'delete');
    await request(server.url).delete(`/api/upload/files/${body[0].id}`).expect(200);
    expect(await ledgerOf(server)).toMatchObject([{ state: 'removing' }]);
    await goOn(server);
    await eventually(async () => (await ledgerOf(server)).length === 0, 'it is tried again');
    expect(await bucketOf(server)).toEqual({});
  });

  it.each(['isPrivate', 'getSignedUrl', 'checkFileSize'] as const)(
    'while it is asked: 503 (%s)',
    async (method) => {
      await server.inside((strapi, name) => {
        strapi.plugin('upload').provider[name] = () => new Promise(() => {});
      }, method);
      await sendFile(server, 'a.txt', 'hello').expect(503);
      expect(server.output()).toContain(`did not complete "${method}" within 0.3 seconds`);
    }
  );

  it('in recovery holds up neither the start, nor signs of life, nor the shutdown', async () => {
    const options = providerWith(['uploadStream'], { ...TIMES, providerTimeout: false });
    const project = await createProject({ files: { ...options.files, ...HANGS_FROM_THE_START } });
    try {
      const first = await startServer({ project });
      await allowPublic(first, UPLOAD_ACTIONS);
      await sendFile(first, 'a.txt', 'hello').expect(201);
      await first.inside(async (strapi) => {
        const table = strapi.db.getConnection('upload_ledger');
        await table.update({ state: 'removing', lease_until: 0 });
      });
      await first.stop();

      const second = await startServer({
        project,
        env: { HANGS: 'delete' },
        recovered: false,
        ownProcess: true,
      });
      try {
        const calls: string[] = [];
        await eventually(async () => {
          calls.push(...(await methods(second)));
          return calls.includes('delete');
        }, 'recovery has begun');
        await hang(second, 'uploadStream');
        const upload = sendFile(second, 'b.txt', 'hello').then(({ status }) => status);
        const lease = async () => (await stagedLeases(second))[0] ?? 0;
        await eventually(async () => (await lease()) > 0, 'the upload is named');
        const before = await lease();
        await eventually(async () => (await lease()) > before, 'its lease is renewed');
        await goOn(second);
        expect(await upload).toBe(201);

        process.kill(second.pid, 'SIGTERM');
        const isDown = async () => second.output().includes('has been shut down');
        await eventually(isDown, 'it is down', 30);
      } finally {
        await second.kill();
      }
    } finally {
      await project.remove();
    }
  });
});
