import type { Core } from '@strapi/strapi';
import { dayCounts } from '../access/day-counts';
import { ownFiles } from '../access/own-files';
import { CONTAINER_KEY } from '../config/constants';
import type { BodyParser } from '../http/body-parser';
import { codeAround, type CodeAround } from '../http/lists/code-around';
import { sweeperOf } from '../http/other-forms/temporary-files';
import { receiving } from '../http/receiving';
import { apiFolder } from '../library/api-folder';
import { fileQueries } from '../library/files';
import { entryLinks } from '../links/links';
import { regenerations } from '../regenerate/regeneration';
import { accessParts, type AccessParts } from './access';
import { backgroundParts, type BackgroundParts } from './background';
import { imageParts, type ImageParts } from './images';
import { ledgerParts, type LedgerParts } from './ledger';
import { libraryParts, type LibraryParts } from './library';
import { receivingPart } from './receiving';
import { settingsParts, type SettingsParts } from './settings';
import { requestSignal, stepParts, type StepParts } from './steps';
import { storageParts, type StorageParts } from './storage';
import type { StoredFolders } from './stored-folders';
import { variantParts, type VariantParts } from './variants';

/**
 * The plugin's parts, created once in `register`. The code in Strapi's layout (controllers, services and so on)
 * uses them.
 */
export interface Container {
  settings: SettingsParts;
  stored: StorageParts;
  journal: LedgerParts;
  images: ImageParts & { variants: VariantParts };
  library: LibraryParts;
  access: AccessParts;
  steps: StepParts;
  background: BackgroundParts;
}

/** Returns the parts that `register` created. */
export const containerOf = (strapi: Core.Strapi): Container =>
  strapi.get(CONTAINER_KEY) as Container;

/** The parts around the HTTP server, which exist before the other parts. */
interface Around {
  /** The options of the project's `strapi::body`, available after Strapi has created it. */
  bodyParser: BodyParser;
  /** Tells which answers a project's code may look at. */
  codeAround: CodeAround;
}

/**
 * Builds all parts of the plugin and puts them into Strapi's container. The parts that a lower room needs are also
 * registered, each under its own key.
 *
 * @throws Error when the configuration is wrong
 */
export function fillContainer(
  strapi: Core.Strapi,
  around: Around,
  folders: StoredFolders
): Container {
  const { bodyParser } = around;
  const settings = settingsParts(strapi);
  const stored = storageParts(strapi, settings, folders.privateFiles);
  const journal = ledgerParts(strapi, settings, stored);
  const images = imageParts(strapi, settings);
  const signal = requestSignal(strapi);
  const library = libraryParts(strapi, { ...settings, signal }, journal);
  const access = accessParts(strapi, settings, { ...library, ...journal });
  const variants = variantParts(strapi, settings, { stored, journal, images, folders });
  const made = { settings, stored, journal, images, library, variants };
  const below = { ...made, dayCounts: access.dayCounts };
  const steps = stepParts(strapi, { ...below, requestSignal: signal });
  const sweepOtherForms = sweeperOf(() =>
    settings.setting('otherForms') === 'tidy' ? bodyParser.temporaryFolder() : null
  );
  const background = backgroundParts(strapi, { ...below, steps }, sweepOtherForms);
  const { derive } = steps.store;

  const parts: Container = {
    settings,
    stored,
    journal,
    images: { ...images, variants },
    library,
    access,
    steps,
    background,
  };
  strapi.add(CONTAINER_KEY, parts);
  receiving.put(strapi, receivingPart(bodyParser, { settings, journal, access, derive }));
  codeAround.put(strapi, around.codeAround);
  ownFiles.put(strapi, access.ownFiles);
  dayCounts.put(strapi, access.dayCounts);
  fileQueries.put(strapi, library.files);
  apiFolder.put(strapi, library.apiFolder);
  entryLinks.put(strapi, library.links);
  regenerations.put(strapi, background.regeneration);
  return parts;
}
