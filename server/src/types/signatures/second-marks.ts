import { PDF, SVG } from '../common-types';
import { areKin } from './families';
import { extensionIn, isPlainExtension, isXml, NAMED_TEXT, TEXTS } from './extensions';
import { isOneDrawing } from './one-drawing';

/** A beginning of a text, and whether that is all of it. */
interface Beginning {
  text: string;
  isWhole: boolean;
}

/** What documents have besides the words that they begin with; texts that speak of them begin with these, too. */
const MARKS: Record<string, (beginning: Beginning) => boolean> = {
  // Pages and notes often begin with a drawing and go on.
  [SVG]: ({ text, isWhole }) => isWhole && isOneDrawing(text),
  // An object (ISO 32000-1, 7.3.10).
  [PDF]: ({ text }) => /\d obj\b/.test(text),
  // A comment of its structure (PostScript Document Structuring Conventions 3.0, section 4).
  'application/postscript': ({ text }) => /^%%/m.test(text),
  // What any has in its header (RTF 1.9.1).
  'application/rtf': ({ text }) => /\\(ansi|mac|pca?|deff|fonttbl)/.test(text),
};

/** Texts beside those; `.tpl` is known as something else, and means templates. */
const OTHER_TEXTS =
  /^application\/(x-(tex|latex|texinfo|subrip|ndjson|java-jnlp-file)|vnd\.groove-tool-template)$|^message\//;

/**
 * Whether a text that begins as a document is one under its name. Where the name is that of another kind of
 * text, its first words are not enough: it must have a second mark.
 *
 * @param type of the document that it begins as
 * @param byName type of the name's extension
 */
export function isMeant(
  type: string,
  beginning: Beginning,
  { name, byName }: { name: string; byName: string | undefined }
): boolean {
  return !isOtherText(type, name, byName) || (MARKS[type]?.(beginning) ?? true);
}

function isOtherText(type: string, name: string, byName: string | undefined): boolean {
  if (byName === undefined) {
    return isPlainExtension(extensionIn(name));
  }
  // Browsers run an SVG under any type of XML: there it stays one, which is made safe.
  const isSame = areKin(byName, type) || (type === SVG && isXml(byName));
  return !isSame && [NAMED_TEXT, TEXTS, OTHER_TEXTS].some((texts) => texts.test(byName));
}
