/** Finds the newest version of Strapi that the registry has completely. */

import { run } from './processes.mjs';

/**
 * Strapi's packages that a project needs in the same version. A registry may have a new version of some of them earlier
 * than of the others.
 */
const NEEDED = [
  'strapi',
  'core',
  'admin',
  'database',
  'utils',
  'upload',
  'plugin-users-permissions',
];

/** Number of the latest versions that are tried. */
const LATEST = 8;

const versionsOf = async (name) => {
  const told = await run('npm', ['view', `@strapi/${name}`, 'versions', '--json'], {
    patience: 120_000,
  });
  return JSON.parse(told).filter((version) => /^5\.\d+\.\d+$/.test(version));
};

const byNumber = (a, b) => a.localeCompare(b, 'en', { numeric: true });

/** @returns the newest version that has all packages, and the newer versions that lack some */
export async function newestStrapi() {
  const all = await Promise.all(NEEDED.map(versionsOf));
  const latest = [...all[0]].sort(byNumber).slice(-LATEST).reverse();
  const version = latest.find((one) => all.every((versions) => versions.includes(one)));
  if (!version) {
    throw new Error(`none of ${latest.join(', ')} can be installed`);
  }
  return { version, incomplete: latest.slice(0, latest.indexOf(version)) };
}
