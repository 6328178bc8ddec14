'use strict';

// A server that listens on every interface is reached from this machine through the loopback one.
const LOOPBACK = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** The address under which the listening server is reached, such as `http://127.0.0.1:1337`. */
function baseUrl(httpServer) {
  const { address, family, port } = httpServer.address();
  const host = LOOPBACK[address] ?? address;
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`;
}

/**
 * Prints where the demo page and the admin panel are, and a command that uploads a file.
 *
 * @param login e-mail and password of the panel; null where they are not known
 */
function announce(strapi, login) {
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
    // Double quotes, because cmd.exe knows no single ones.
    `echo Hello | curl -F "files=@-;filename=hello.txt;type=text/plain" "${uploadUrl}"`,
    ''
  );
  console.log(lines.join('\n'));
}

module.exports = { announce };
