import de from './de.json';
import en from './en.json';

/** Before the keys of our texts: those of the built-in's have `upload.`. */
const PREFIX = 'strapi-upload.';

const TEXTS: Record<string, Record<string, string>> = { de, en };

/** A text of ours, in the words of the panel's language where we have them. */
export const text = (key: keyof typeof en) => ({ id: PREFIX + key, defaultMessage: en[key] });

/** Our texts in a language, as the panel takes them. */
export const textsIn = (locale: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(TEXTS[locale] ?? {}).map(([key, value]) => [PREFIX + key, value])
  );
