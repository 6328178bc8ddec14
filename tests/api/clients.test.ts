import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import FormDataPackage from 'form-data';
import { bytesAt, sha256 } from '../support/api';
import { allowPublic, UPLOAD_ACTIONS } from '../support/permissions';
import * as samples from '../support/samples';
import { startServer, type Server } from '../support/server';

let server: Server;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'client-'));
  server = await startServer();
  await allowPublic(server, UPLOAD_ACTIONS);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const stored = (url: string) => bytesAt(server, url);

/** Sends a form of the package form-data as the README of form-data shows. */
const submit = (form: FormDataPackage) =>
  new Promise<{ status: number; body: Array<{ url: string; name: string }> }>((resolve, reject) => {
    form.submit(`${server.url}/api/upload`, (error, response) => {
      if (error) {
        reject(error);
        return;
      }
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, body: JSON.parse(text) }));
    });
  });

describe('real clients', () => {
  it('Node’s fetch with FormData and Blob', async () => {
    const form = new FormData();
    form.append('files', new Blob([samples.csv()], { type: 'text/csv' }), 'blob.csv');
    const answer = await fetch(`${server.url}/api/upload`, { method: 'post', body: form });
    expect(answer.status).toBe(201);
    const [file] = (await answer.json()) as Array<{ name: string; url: string }>;
    expect(file!.name).toBe('blob.csv');
    expect(await stored(file!.url)).toEqual(samples.csv());
  });

  it('Node’s fetch, updating fileInfo as the documentation does', async () => {
    const created = new FormData();
    created.append('files', new Blob([samples.csv()]), 'doc.csv');
    const [file] = (await (
      await fetch(`${server.url}/api/upload`, { method: 'post', body: created })
    ).json()) as Array<{ id: number }>;

    const form = new FormData();
    form.append(
      'fileInfo',
      JSON.stringify({ alternativeText: 'My new alternative text for this image!' })
    );
    const answer = await fetch(`${server.url}/api/upload?id=${file!.id}`, {
      method: 'post',
      body: form,
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      id: file!.id,
      alternativeText: 'My new alternative text for this image!',
    });
  });

  it('the form-data package with a Buffer', async () => {
    const form = new FormDataPackage();
    form.append('files', samples.pdf(), { filename: 'buffer.pdf' });
    const { status, body } = await submit(form);
    expect(status).toBe(201);
    expect(await stored(body[0]!.url)).toEqual(samples.pdf());
  });

  it('the form-data package with a Stream', async () => {
    const file = path.join(folder, 'streamed.csv');
    await writeFile(file, samples.csv());
    const form = new FormDataPackage();
    form.append('files', createReadStream(file));
    const { status, body } = await submit(form);
    expect(status).toBe(201);
    expect(body[0]!.name).toBe('streamed.csv');
    expect(await stored(body[0]!.url)).toEqual(samples.csv());
  });

  it('curl, with a quote and an umlaut in the name', async () => {
    const file = path.join(folder, 'a "quoted" ü.txt');
    await writeFile(file, 'from curl');
    const { stdout } = await promisify(execFile)('curl', [
      '--silent',
      '--form',
      `files=@${JSON.stringify(file)}`,
      '--form',
      'fileInfo={"caption":"by curl"}',
      `${server.url}/api/upload`,
    ]);
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'a "quoted" ü.txt', caption: 'by curl' }]);
  });

  it('a 300 MB binary, complete, with memory that does not grow with it', async () => {
    const file = path.join(folder, 'large.bin');
    const block = randomBytes(1 << 20);
    await writeFile(file, Buffer.concat(Array.from({ length: 300 }, () => block)));
    const peak = () => server.inside(() => process.resourceUsage().maxRSS * 1024);
    const before = await peak();

    const { stdout } = await promisify(execFile)('curl', [
      '--silent',
      '--form',
      `files=@${file}`,
      `${server.url}/api/upload`,
    ]);
    const [created] = JSON.parse(stdout);
    expect(created).toMatchObject({ name: 'large.bin', size: (300 * 2 ** 20) / 1000 });
    const written = path.join(server.project.uploads, path.basename(created.url));
    expect((await stat(written)).size).toBe(300 * 2 ** 20);

    const hash = createHash('sha256');
    for (let i = 0; i < 300; i += 1) {
      hash.update(block);
    }
    expect(sha256(await stored(created.url))).toBe(hash.digest('hex'));
    expect((await peak()) - before).toBeLessThan(150 * 2 ** 20);
  });
});
