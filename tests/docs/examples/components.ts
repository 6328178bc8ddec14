import { transform as compileAstro } from '@astrojs/compiler';
import { build, type Loader, type Plugin } from 'esbuild';
import { createElement, type ComponentType } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { compile as compileSvelte } from 'svelte/compiler';
import { createSSRApp, type Component } from 'vue';
import { compileScript, parse } from 'vue/compiler-sfc';
import { renderToString } from 'vue/server-renderer';
import { imageUrl, pictureSources, type ImageFile } from '../../../client/src';
import { readBlocks } from '../support/blocks';
import { ROOT } from '../support/pages';
import { restaurantCovers } from './front-ends';
import type { Place, Try } from './place';

/** The file that the components get. */
const FILE = {
  url: '/uploads/door_1a2b3c4d5e.jpg',
  mime: 'image/jpeg',
  width: 1000,
  height: 800,
  alternativeText: 'The "front" door',
  focalPoint: { x: 25, y: 40 },
  updatedAt: '2026-11-30T18:00:00.000Z',
};

/** Modules that the code of an example imports, and that are not installed. The values are their code. */
type Modules = Record<string, string>;

const provide = (modules: Modules): Plugin => ({
  name: 'modules of an example',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path }) =>
      path in modules ? { path, namespace: 'provided' } : undefined
    );
    onLoad({ filter: /./, namespace: 'provided' }, ({ path }) => ({
      contents: modules[path] ?? '',
      resolveDir: ROOT,
    }));
  },
});

/** Runs a module together with the package as it is built. Returns what the module exports. */
async function run<T>(contents: string, loader: Loader, modules: Modules = {}): Promise<T> {
  const { outputFiles } = await build({
    stdin: { contents, loader, resolveDir: ROOT },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    jsx: 'automatic',
    external: ['react', 'vue'],
    plugins: [provide(modules)],
  });
  const module = { exports: {} };
  new Function('module', 'require', outputFiles[0]!.text)(module, require);
  return module.exports as T;
}

/** An element of a page: its attributes by their names. */
type Attributes = Record<string, string | undefined>;

/** Reads HTML as Chromium does. Returns the `<source>` and `<img>` elements in their order. */
async function elementsOf(html: string, { browser }: Place): Promise<Attributes[]> {
  const page = await browser.newPage();
  try {
    return await page.evaluate((html) => {
      const { body } = new DOMParser().parseFromString(html, 'text/html');
      return Array.from(body.querySelectorAll('source, img'), ({ localName, attributes }) => ({
        localName,
        ...Object.fromEntries(Array.from(attributes, ({ name, value }) => [name, value])),
      }));
    }, html);
  } finally {
    await page.context().close();
  }
}

/** The elements of a picture, with the sizes of the examples. */
function pictureOf(file: ImageFile, baseUrl?: string): Attributes[] {
  const { sources, img } = pictureSources(file, { baseUrl, sizes: '50vw' });
  const { srcSet, width, height, style, ...others } = img;
  const position = style.objectPosition;
  return [
    ...sources.map(({ srcSet, ...source }) => ({ localName: 'source', srcset: srcSet, ...source })),
    {
      localName: 'img',
      ...others,
      srcset: srcSet,
      width: String(width),
      height: String(height),
      ...(position ? { style: expect.stringMatching(`^object-position: ?${position};?$`) } : {}),
    },
  ];
}

type ReactModule = { Cover: ComponentType<{ file: ImageFile }> };

/** Tests a component of React. */
export const rendersInReact: Try = async ({ code }, place) => {
  const { Cover } = await run<ReactModule>(code, 'jsx');
  const html = renderToStaticMarkup(createElement(Cover, { file: FILE }));
  expect(await elementsOf(html, place)).toEqual(pictureOf(FILE));
};

const LOADER_FILE = './image-loader.js';

/** Tests the configuration that names the loader. */
export const namesLoader: Try = async ({ code }) => {
  const { default: config } = await run<{ default: object }>(code, 'js');
  expect(config).toEqual({ images: { loader: 'custom', loaderFile: LOADER_FILE } });
};

const loaderBlock = () => {
  const { code } = readBlocks().find(({ name }) => name === 'docs/front-end.md, Next.js, js 2')!;
  return code;
};

/** Takes the place of `next/image`. It asks the loader for a width and a quality. */
const NEXT_IMAGE = `
  import { createElement } from 'react';
  import loader from '${LOADER_FILE}';
  export default ({ src, ...props }) =>
    createElement('img', { ...props, src: loader({ src, width: 640, quality: 75 }) });
`;

/** Tests a loader of Next.js with the component of the page that uses it. */
export const loadsInNext: Try = async (_block, place) => {
  const block = readBlocks().find(({ name }) => name === 'docs/front-end.md, Next.js, jsx')!;
  const modules = { 'next/image': NEXT_IMAGE, [LOADER_FILE]: loaderBlock() };
  const { Cover } = await run<ReactModule>(block.code, 'jsx', modules);
  const html = renderToStaticMarkup(createElement(Cover, { file: FILE }));
  const own = imageUrl(FILE, { baseUrl: 'https://cms.example.com' });
  expect(own).toMatch(/\?v=/);
  const src = `${own}&format=auto&quality=75&width=640`;
  expect(await elementsOf(html, place)).toMatchObject([{ src, alt: FILE.alternativeText }]);
};

/** Compiles a component of Vue for a server, and runs it after some other code. */
async function vueComponent(code: string, before = ''): Promise<Component> {
  const { descriptor, errors } = parse(code);
  expect(errors).toEqual([]);
  const { content } = compileScript(descriptor, {
    id: 'example',
    inlineTemplate: true,
    templateOptions: { ssr: true, ssrCssVars: [] },
  });
  return (await run<{ default: Component }>(`${before}\n${content}`, 'js')).default;
}

/** Tests a component of Vue. */
export const rendersInVue: Try = async ({ code }, place) => {
  const html = await renderToString(createSSRApp(await vueComponent(code), { file: FILE }));
  expect(await elementsOf(html, place)).toEqual(pictureOf(FILE));
};

/** The functions of Nuxt that an example may use without an import. */
const nuxtFunctions = (strapiUrl: string) => `
  import { computed, ref } from 'vue';
  const useRuntimeConfig = () => ({ public: { strapiUrl: ${JSON.stringify(strapiUrl)} } });
  const useFetch = async (path, { baseURL, transform }) => {
    const response = await fetch(baseURL + path);
    return { data: ref(transform(await response.json())) };
  };
`;

/** Tests a page of Nuxt that shows the covers of all restaurants. */
export const rendersInNuxt: Try = async ({ code }, place) => {
  const { url } = place.server;
  const covers = await restaurantCovers(place);
  const component = await vueComponent(code, nuxtFunctions(url));
  const html = await renderToString(createSSRApp(component));
  expect(await elementsOf(html, place)).toEqual(covers.flatMap((file) => pictureOf(file, url)));
};

/** Tests a component of Svelte. */
export const rendersInSvelte: Try = async ({ code }, place) => {
  const { js, warnings } = compileSvelte(code, { generate: 'server' });
  expect(warnings).toEqual([]);
  const { html } = await run<{ html: (props: object) => string }>(
    `import Cover from 'cover';
     import { render } from 'svelte/server';
     export const html = (props) => render(Cover, { props }).body;`,
    'js',
    { cover: js.code }
  );
  // Svelte adds handlers of its own to an <img>.
  expect(await elementsOf(html({ file: FILE }), place)).toMatchObject(pictureOf(FILE));
};

/** Takes the place of the functions that Astro's compiler calls. Values become HTML as in Astro. */
const ASTRO_RUNTIME = `
  const kebab = (name) => name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase());
  const styles = (style) => Object.entries(style).map(([name, value]) => kebab(name) + ':' + value).join(';');
  const escaped = (text) => String(text).replace(/&/g, '&amp;').replace(/"/g, '&#34;');
  export const createAstro = () => ({});
  export const createMetadata = () => ({});
  export const createComponent = (render) => render;
  export const maybeRenderHead = () => '';
  export const render = (strings, ...values) =>
    String.raw({ raw: strings }, ...values.map((value) => [value].flat().join('')));
  export const addAttribute = (value, name) =>
    ' ' + name + '="' + escaped(name === 'style' ? styles(value) : value) + '"';
  export const spreadAttributes = (values) =>
    Object.entries(values).map(([name, value]) => addAttribute(value, name)).join('');
`;

/** Tests a component of Astro. */
export const rendersInAstro: Try = async ({ code }, place) => {
  const compiled = await compileAstro(code, { internalURL: 'astro-runtime' });
  expect(compiled.diagnostics).toEqual([]);
  type AstroModule = { default: (result: object, props: object, slots: object) => string };
  const modules = { 'astro-runtime': ASTRO_RUNTIME };
  const { default: cover } = await run<AstroModule>(compiled.code, 'ts', modules);
  const props = { file: FILE };
  const html = cover({ createAstro: () => ({ props }) }, props, {});
  expect(await elementsOf(html, place)).toEqual(pictureOf(FILE));
};
