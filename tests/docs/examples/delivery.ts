import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { storeFile } from '../../support/api';
import { eventually } from '../../support/ledger';
import * as samples from '../../support/samples';
import type { Server } from '../../support/server';
import type { Try } from './place';

/** The key of a file in the examples. */
const BEACH = '/uploads/beach_1f2e3d4c5b.jpg';

const storeBeach = async (server: Server) =>
  storeFile(server, 'beach.jpg', await samples.jpeg({ width: 1600, height: 1200 }));

async function imageAt(url: string, accept = '*/*') {
  const answer = await fetch(url, { headers: { accept } });
  expect(answer.status).toBe(200);
  const { width, height, format } = await sharp(await answer.arrayBuffer()).metadata();
  return { width, height, format };
}

/** Tests a URL: the first one of the page. */
export const isVariant: Try = async ({ code }, { server }) => {
  const { url } = await storeBeach(server);
  expect(code).toContain(`${BEACH}?width=800&height=600`);
  const asked = server.url + code.trim().replace(BEACH, url);
  expect(await imageAt(asked, 'image/webp')).toEqual({ width: 828, height: 621, format: 'webp' });
};

/** Tests the sources of a `<picture>`. */
export const isPicture: Try = async ({ code }, { server }) => {
  const { url } = await storeBeach(server);
  const found = [...code.matchAll(/(?:srcset|src)="([^"]+)"/g)].map(([, source = '']) => source);
  const formats = [];
  for (const source of found) {
    const { width, format } = await imageAt(server.url + source.replace(BEACH, url));
    formats.push([width, format]);
  }
  expect(formats).toEqual([
    [640, 'heif'],
    [640, 'webp'],
    [640, 'jpeg'],
  ]);
};

/** Tests a module of the project that makes a signed URL of a file. */
export const signsUrl: Try = async ({ code }, { server }) => {
  const stored = await storeBeach(server);
  const module = path.join(server.project.dir, 'small-url.mjs');
  await writeFile(module, code);
  const url = await server.inside(
    async (_strapi, module, file) => {
      const { smallUrl } = (await import(module)) as { smallUrl(file: unknown): string };
      return smallUrl(file);
    },
    module,
    stored
  );
  expect(await imageAt(server.url + url)).toEqual({ width: 333, height: 250, format: 'webp' });
};

const NGINX = '/usr/sbin/nginx';

/** Tests a block of nginx: stored files come from nginx, variants from Strapi. */
export const passesVariantsOn: Try = async ({ code }, { server }) => {
  if (!existsSync(NGINX)) {
    throw new Error('nginx is not installed. On Debian, the package nginx-light has it.');
  }
  const { url } = await storeBeach(server);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nginx-'));
  const port = await freePort();
  const locations = code
    .replace('/srv/app/public', path.dirname(server.project.uploads))
    .replace('http://127.0.0.1:1337', server.url);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n');
  await writeFile(
    path.join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/pid; error_log stderr; user ${os.userInfo().username};
     events {}
     http {
       access_log off;
       ${temporary}
       server { listen 127.0.0.1:${port}; ${locations} }
     }`
  );
  const nginx = spawn(NGINX, ['-p', folder, '-c', `${folder}/nginx.conf`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(nginx, 'close');
  try {
    const origin = `http://127.0.0.1:${port}`;
    await eventually(
      () =>
        fetch(origin).then(
          () => true,
          () => false
        ),
      'nginx listens'
    );
    const stored = await fetch(origin + url);
    expect([stored.status, stored.headers.get('server')]).toEqual([
      200,
      expect.stringContaining('nginx'),
    ]);
    expect(stored.headers.has('x-powered-by')).toBe(false);
    expect(await imageAt(`${origin}${url}?width=64`)).toMatchObject({ width: 64 });
    expect((await fetch(`${origin}/uploads/.derived/x`)).status).toBe(404);
  } finally {
    nginx.kill();
    await ended;
    await rm(folder, { recursive: true });
  }
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
