/** Completes a front end that runs in the browser alone to a project of Vite. */

/**
 * Returns the project.
 *
 * @param name of the framework
 * @param dependencies of the project; the first one is the framework's plugin for Vite
 * @param files of the project; the first one is the program of the page
 */
export function viteProject(name, { dependencies, files }) {
  const [plugin] = Object.keys(dependencies);
  const [main] = Object.keys(files);
  return {
    dependencies: { vite: '^8.4.0', ...dependencies },
    files: {
      'index.html': `<!doctype html>
<title>Restaurants</title>
<main></main>
<script type="module" src="/${main}"></script>
`,
      // A program of the page waits for its answer with `await`, which older targets of the build lack.
      'vite.config.js': `
import plugin from '${plugin}';

export default { plugins: [plugin()], build: { target: 'es2022' } };
`,
      ...files,
    },
    build: ['vite', 'build'],
    start: ['vite', 'preview', '--host', '127.0.0.1', '--port', 'PORT', '--strictPort'],
    pages: [{ name, path: '/' }],
  };
}
