'use strict';

const path = require('node:path');

/** Number of test files in the short list. */
const SLOWEST = 5;

/** Prints the duration of test files: of all files with SECONDS_PER_FILE=all, otherwise of the slowest files. */
class SecondsPerFile {
  onRunComplete(_contexts, { testResults }) {
    const files = testResults
      .map(({ testFilePath, perfStats }) => ({
        name: path.relative(process.cwd(), testFilePath),
        seconds: (perfStats.end - perfStats.start) / 1000,
      }))
      .sort((a, b) => b.seconds - a.seconds);
    const told = process.env.SECONDS_PER_FILE === 'all' ? files : files.slice(0, SLOWEST);
    for (const { name, seconds } of told) {
      process.stderr.write(`${seconds.toFixed(1).padStart(6)} s  ${name}\n`);
    }
  }
}

module.exports = SecondsPerFile;
