import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Core } from '@strapi/strapi';
import type { Login } from './seed/administrator';

// If a server listens on all interfaces, this machine can reach it at the loopback address.
const LOOPBACK: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Returns the address of the listening server, such as `http://127.0.0.1:1337`. */
function baseUrl(httpServer: Server): string {
  const { address, family, port } = httpServer.address() as AddressInfo;
  const host = LOOPBACK[address] ?? address;
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`;
}

/**
 * Prints the addresses of the demo page and the admin panel, and a command that uploads a file.
 *
 * @param login e-mail and password of the admin panel; null if they are not known
 */
export function announce(strapi: Core.Strapi, login: Login | null): void {
  const base = baseUrl(strapi.server.httpServer);
  const uploadUrl = `${base}${strapi.config.get('api.rest.prefix')}/upload`;

  const lines = ['', `Demo page    ${base}/demo.html`];
  if (strapi.config.get('admin.serveAdminPanel')) {
    lines.push(`Admin panel  ${base}${strapi.config.get('admin.path')}`);
    if (login) {
      lines.push(`Login        ${login.email}  ${login.password}`);
    }
  }
  lines.push(
    '',
    'Upload a file from another terminal:',
    // The command has double quotes, because cmd.exe does not support single quotes.
    `echo Hello | curl -F "files=@-;filename=hello.txt;type=text/plain" "${uploadUrl}"`,
    ''
  );
  console.log(lines.join('\n'));
}
