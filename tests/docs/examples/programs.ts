import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import request from 'supertest';
import { storeFile } from '../../support/api';
import { addressed, type Place, type Try } from './place';

/** Longest duration of a program, in ms. */
const PATIENCE = 60_000;

/** Runs a program in the folder for commands, and returns its standard output. */
export async function run(file: string, args: string[], { folder: cwd }: Place): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: cwd };
  const { stdout } = await promisify(execFile)(file, args, { cwd, env, timeout: PATIENCE });
  return stdout;
}

/**
 * Runs the commands of a shell block, and returns the answer to each command. Each line of the output is one answer.
 */
async function answersOf(code: string, place: Place) {
  const lines = await run('bash', ['-e', '-c', code], place);
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Tests a Node.js program that uploads `1.png` and prints the status and the URL. */
export const uploadsInNode: Try = async ({ code }, place) => {
  const file = path.join(place.folder, 'example.mjs');
  await writeFile(file, addressed(code, place));
  const printed = await run(process.execPath, [file], place);

  const [status, url = ''] = printed.trim().split(' ');
  expect(status).toBe('201');
  await request(place.server.url).get(url).expect(200).expect('Content-Type', 'image/png');
};

/** Tests a command that uploads `1.png` with a caption. */
export const uploadsWithCurl: Try = async ({ code }, place) => {
  expect(await answersOf(addressed(code, place), place)).toEqual([
    [expect.objectContaining({ name: '1.png', caption: 'One', mime: 'image/png' })],
  ]);
};

/**
 * Tests three commands: the first uploads a file, the second changes another file, the third deletes the changed file.
 */
export const changesWithCurl: Try = async ({ code }, place) => {
  const { id } = await storeFile(place.server, 'other.txt', 'a text');
  expect(code).toContain('?id=1');
  expect(code).toContain('/files/1');
  const commands = code.replace('?id=1', `?id=${id}`).replace('/files/1', `/files/${id}`);

  expect(await answersOf(addressed(commands, place), place)).toEqual([
    [expect.objectContaining({ name: '1.png', caption: 'One' })],
    expect.objectContaining({ id, caption: 'Uno' }),
    expect.objectContaining({ id }),
  ]);
  await request(place.server.url).get(`/api/upload/files/${id}`).expect(404);
};

/** Tests a command that uploads `contract.pdf` as a private file. The server was started with `allowPrivate`. */
export const uploadsPrivatelyWithCurl: Try = async ({ code }, place) => {
  const { server } = place;
  const [[file]] = await answersOf(addressed(code, place), place);

  expect(file).toMatchObject({ name: 'contract.pdf', isUrlSigned: true });
  await request(server.url).get(file.url).expect(200);
  await request(server.url).get(file.url.split('?')[0]).expect(403);
};
