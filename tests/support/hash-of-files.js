'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

/** Paths of the files below a folder, sorted; of a file, its own path; none if nothing has this path. */
function filesIn(target) {
  const found = fs.statSync(target, { throwIfNoEntry: false });
  if (!found?.isDirectory()) {
    return found ? [target] : [];
  }
  return fs
    .readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/**
 * A key that changes with the names and the contents of files.
 *
 * @param {string} root folder that contains the sources
 * @param {readonly string[]} sources files and folders, relative to the root
 * @param {string} [others] anything else on which the key depends
 * @returns {string} 16 hexadecimal digits
 */
function hashOfFiles(root, sources, others = '') {
  const hash = createHash('sha256').update(others);
  for (const file of sources.flatMap((name) => filesIn(path.join(root, name)))) {
    hash.update(`\0${file}\0`).update(fs.readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

module.exports = { hashOfFiles };
