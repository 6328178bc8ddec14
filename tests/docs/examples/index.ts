import { deletesWithEntry, isRefusal, isUsage, makesSizesOfAttribute } from './answers';
import { regenerates, switchesOn } from './command-line';
import {
  loadsInNext,
  namesLoader,
  rendersInAstro,
  rendersInNuxt,
  rendersInReact,
  rendersInSvelte,
  rendersInVue,
} from './components';
import { isPicture, isVariant, passesVariantsOn, signsUrl } from './delivery';
import {
  printsItsComments,
  showsCovers,
  uploadsWithClient,
  uploadsWithProgress,
} from './front-ends';
import { createsEntry, linksFromForm, linksInBrowser, uploadsInBrowser } from './pages';
import type { Try } from './place';
import {
  changesWithCurl,
  uploadsInNode,
  uploadsPrivatelyWithCurl,
  uploadsWithCurl,
} from './programs';
import { isExtension, uploadsInServer } from './project-code';
import {
  DELETE_WITH_ENTRY,
  EXTENSION,
  PRIVATE_FILES,
  SERVING,
  SIZES_OF_ATTRIBUTE,
} from './project';
import {
  isConfiguration,
  keepsFilesPrivate,
  keepsToOwnFiles,
  letsTypesIn,
  limitsCallers,
  makesSizes,
  scans,
  servesPages,
} from './settings';

/** The function that tests each block, by the block's name (`Block`). */
export const TRIED: Record<string, Try> = {
  'README.md, Install it into your project, command 2': switchesOn,
  'README.md, Upload files, html': linksInBrowser,
  'README.md, Upload files, js': uploadsInNode,
  'README.md, Upload files, sh': uploadsWithCurl,
  'README.md, The settings that people use, js': letsTypesIn,
  'docs/configuration.md, Configuration, js': letsTypesIn,
  'docs/delivery.md, Delivery: any size and format, by URL, no language': isVariant,
  'docs/delivery.md, What strangers can ask for, js': signsUrl,
  'docs/delivery.md, Formats, html': isPicture,
  'docs/delivery.md, Caches, nginx': passesVariantsOn,
  [EXTENSION]: isExtension,
  'docs/extending.md, Upload from your own code, js': uploadsInServer,
  'docs/front-end.md, Images, js': printsItsComments,
  'docs/front-end.md, Plain HTML, html': showsCovers,
  'docs/front-end.md, React, jsx': rendersInReact,
  'docs/front-end.md, Next.js, js': namesLoader,
  'docs/front-end.md, Next.js, js 2': loadsInNext,
  'docs/front-end.md, Next.js, jsx': loadsInNext,
  'docs/front-end.md, Nuxt, vue': rendersInNuxt,
  'docs/front-end.md, unpic, js': printsItsComments,
  'docs/front-end.md, Astro, astro': rendersInAstro,
  'docs/front-end.md, SvelteKit, svelte': rendersInSvelte,
  'docs/front-end.md, Vue, vue': rendersInVue,
  'docs/front-end.md, Uploads, html': uploadsWithProgress,
  'docs/front-end.md, Uploads, js': uploadsWithClient,
  'docs/images.md, Settings, js': makesSizes,
  [SIZES_OF_ATTRIBUTE]: makesSizesOfAttribute,
  'docs/images.md, Make the sizes of stored images again, command': regenerates,
  'docs/limits-and-ownership.md, How much callers may upload, js': limitsCallers,
  'docs/limits-and-ownership.md, Callers who may change only their own files, js': keepsToOwnFiles,
  'docs/links-and-entries.md, Link files to an entry, html': linksFromForm,
  'docs/links-and-entries.md, Send an entry and its files in one request, js': createsEntry,
  [PRIVATE_FILES]: keepsFilesPrivate,
  'docs/private-files.md, Private files, sh': uploadsPrivatelyWithCurl,
  'docs/providers.md, Storage providers, js': isConfiguration,
  'docs/rest-api.md, Upload, html': uploadsInBrowser,
  'docs/rest-api.md, Upload, js': uploadsInNode,
  'docs/rest-api.md, Upload, sh': changesWithCurl,
  'docs/rest-api.md, Errors, json': isRefusal,
  'docs/security.md, Your own check of each file, js': scans,
  [SERVING]: servesPages,
  'docs/usage-and-deletion.md, Who uses a file?, json': isUsage,
  [DELETE_WITH_ENTRY]: deletesWithEntry,
};

/** Blocks that cannot run on a test machine, by the block's name. The value says what the block needs. */
export const OUTSIDE: Record<string, string> = {
  'README.md, Try it, command':
    'It needs the registry of npm. scripts/playground-starts.mjs starts the playground.',
  'README.md, Try it, command 2': 'It needs the registry of npm, and runs the tests.',
  'README.md, Install it into your project, command':
    'It needs the registry of npm. scripts/packed-project.mjs installs the packed package.',
  'README.md, Install it into your project, command 3':
    'It builds the admin panel. scripts/packed-project.mjs does so in new projects.',
  'README.md, Install it into your project, command 4':
    'It needs a project that npm has installed. scripts/packed-project.mjs gives such projects back to the built-in.',
  'docs/front-end.md, Install, command':
    'It needs the registry of npm. scripts/front-ends.mjs installs the packed package.',
  'docs/front-end.md, Nuxt, js':
    'It needs the packages of Nuxt. scripts/front-ends.mjs builds a project with it.',
  'docs/front-end.md, Nuxt, vue 2':
    'It needs the packages of Nuxt. scripts/front-ends.mjs builds a project with it.',
  'docs/contributing.md, Contributing, command':
    'It needs the registry of npm, and runs the tests.',
};
