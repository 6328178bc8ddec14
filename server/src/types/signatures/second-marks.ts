import { PDF, SVG } from '../common-types';
import { areKin } from './families';
import { extensionIn, isPlainExtension, isXml, NAMED_TEXT, TEXTS } from './extensions';
import { isOneDrawing } from './one-drawing';

/** The beginning of a text, and whether that is the whole text. */
interface Beginning {
  text: string;
  isWhole: boolean;
}

/**
 * A second mark that real documents have besides their first words. Texts about such documents may begin with the same
 * words.
 */
const MARKS: Record<string, (beginning: Beginning) => boolean> = {
  // Pages and notes often begin with an SVG and continue with other content.
  [SVG]: ({ text, isWhole }) => isWhole && isOneDrawing(text),
  // The second mark of a PDF is an object (ISO 32000-1, 7.3.10).
  [PDF]: ({ text }) => /\d obj\b/.test(text),
  // The second mark is a structuring comment (PostScript Document Structuring Conventions 3.0, section 4).
  'application/postscript': ({ text }) => /^%%/m.test(text),
  // Every RTF header has one of these words (RTF 1.9.1).
  'application/rtf': ({ text }) => /\\(ansi|mac|pca?|deff|fonttbl)/.test(text),
};

/** More text types. The lists have another type for `.tpl`, but people use it for templates. */
const OTHER_TEXTS =
  /^application\/(x-(tex|latex|texinfo|subrip|ndjson|java-jnlp-file)|vnd\.groove-tool-template)$|^message\//;

/**
 * Whether a text that begins like a document really is this document. If the name is that of another kind of text, the
 * first words are not enough: the text must have a second mark.
 *
 * @param type type of the document
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
  // Browsers run an SVG under any XML type. So it stays an SVG, which is sanitized.
  const isSame = areKin(byName, type) || (type === SVG && isXml(byName));
  return !isSame && [NAMED_TEXT, TEXTS, OTHER_TEXTS].some((texts) => texts.test(byName));
}
