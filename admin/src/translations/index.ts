import de from './de.json';
import en from './en.json';

/** Prefix of the keys of this plugin's texts. The keys of the built-in's texts begin with `upload.`. */
const PREFIX = 'strapi-upload.';

const TEXTS: Record<string, Record<string, string>> = { de, en };

/** Returns a text of this plugin. The admin panel shows it in the user's language if there is a translation. */
export const text = (key: keyof typeof en) => ({ id: PREFIX + key, defaultMessage: en[key] });

/** Returns this plugin's texts in one language. The admin panel needs an object of keys and texts. */
export const textsIn = (locale: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(TEXTS[locale] ?? {}).map(([key, value]) => [PREFIX + key, value])
  );
