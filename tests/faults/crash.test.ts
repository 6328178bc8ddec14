import { pluginsWith } from '../support/config';
import { expectNothingLeftOver, expectTrueLedger } from '../support/consistency';
import { eventually, ledgerOf } from '../support/ledger';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import { createProject, type Project } from '../support/project';
import { startServer } from '../support/server';
import { Client, expectKept, smallPictures } from './client';

const KILLS = Number(process.env.KILLS ?? 30);
const CONFIG = { recovery: { lease: 1000, interval: 1000 } };

describe('a server that is killed', () => {
  let project: Project;
  beforeAll(async () => {
    project = await createProject({ files: { 'config/plugins.js': pluginsWith(CONFIG) } });
  });
  afterAll(() => project.remove());

  it(`at ${KILLS} random moments keeps what it acknowledged, and leaves nothing else`, async () => {
    const client = new Client(await smallPictures());
    let inFlight = 0;

    for (let round = 0; round <= KILLS; round += 1) {
      const server = await startServer({ project });
      try {
        await allowPublic(server, UPLOAD_ACTIONS);
        await eventually(
          async () =>
            (await ledgerOf(server)).every(({ state }) => state === 'stored') &&
            (await server.uploaded()).every((name) => !name.startsWith('.staging')),
          'recovery has brought everything to its end'
        );
        inFlight += server.output().match(/rolled back an unfinished upload/g)?.length ?? 0;
        await expectKept(server, client);
        await expectNothingLeftOver(server);
        await expectTrueLedger(server);
        if (round < KILLS) {
          const working = Promise.all([1, 2, 3, 4].map(() => client.work(server.url)));
          // In every second round, the test may kill the server before its first answer.
          await client.answered(round % 2);
          await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 700));
          await server.kill();
          await working;
        }
      } finally {
        await server.stop();
      }
    }
    // If no upload was in progress at any kill, the test has shown nothing.
    expect(inFlight).toBeGreaterThan(0);
    process.stderr.write(`${client.answers} answers, ${inFlight} uploads taken back\n`);
  });
});
