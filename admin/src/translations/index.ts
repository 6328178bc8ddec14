import de from './de.json';
import en from './en.json';

/** Prefix of the keys of this plugin's texts. The built-in's keys have `upload.`. */
const PREFIX = 'strapi-upload.';

const TEXTS: Record<string, Record<string, string>> = { de, en };

/** A text of this plugin, in the language of the panel if there is a translation. */
export const text = (key: keyof typeof en) => ({ id: PREFIX + key, defaultMessage: en[key] });

/** This plugin's texts in a language, in the format of the panel. */
export const textsIn = (locale: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(TEXTS[locale] ?? {}).map(([key, value]) => [PREFIX + key, value])
  );
