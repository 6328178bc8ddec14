'use strict';

const path = require('node:path');

/** Files that are named where not all are. */
const SLOWEST = 5;

/** Tells how long test files took: all of them with SECONDS_PER_FILE=all, else the slowest. */
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
