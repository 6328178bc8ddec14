/** Runs the checks of a script and prints one line per check. `.ci/run` counts these lines. */

/**
 * A check: its name, and its work, which throws an error if the check fails. The checks after a `needed` check cannot
 * run without it.
 *
 * @typedef {{ name: string, work: () => unknown, needed?: boolean }} Check
 */

const indent = (text) => text.replace(/^/gm, '    ');

/** Runs one check. Returns whether it passed. */
async function passes({ name, work }) {
  const start = Date.now();
  try {
    await work();
    console.log(`ok - ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    console.log(`not ok - ${name}\n${indent(error.message)}`);
    return false;
  }
}

/**
 * Runs checks in their order. If a `needed` check fails, the checks after it fail without being run.
 *
 * @param {Check[]} checks
 * @returns {Promise<number>} how many checks passed
 */
export async function passed(checks) {
  let count = 0;
  for (const [index, check] of checks.entries()) {
    if (await passes(check)) {
      count += 1;
    } else if (check.needed) {
      const rest = checks.slice(index + 1);
      rest.forEach(({ name }) => console.log(`not ok - ${name}\n    not reached`));
      break;
    }
  }
  return count;
}
