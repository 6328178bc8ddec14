/** A line of a page, and what it is in. */
export interface Line {
  text: string;
  /** From 1 on. */
  number: number;
  /** The heading above it, without its marks; empty at the beginning of a page. */
  heading: string;
  /** The language of the fenced block that it is in, which may be empty; undefined outside of blocks. */
  fence: string | undefined;
  role: 'heading' | 'opens block' | 'in block' | 'closes block' | 'text';
}

const HEADING = /^#{1,6} (.*)$/;

const FENCE = /^\s*(`{3,}|~{3,})\s*([^\s`]*)[^`]*$/;

/** Reads Markdown line by line. A block that is not closed goes to the end. */
export function linesOf(markdown: string): Line[] {
  let heading = '';
  let open: { mark: string; language: string } | undefined;
  return markdown.split('\n').map((text, at): Line => {
    const [, mark, language = ''] = FENCE.exec(text) ?? [];
    const line = { text, number: at + 1 };
    if (open) {
      const fence = open.language;
      const closes = mark?.startsWith(open.mark) && language === '';
      open = closes ? undefined : open;
      return { ...line, heading, fence, role: closes ? 'closes block' : 'in block' };
    }
    if (mark !== undefined) {
      open = { mark, language };
      return { ...line, heading, fence: language, role: 'opens block' };
    }
    const title = HEADING.exec(text)?.[1];
    heading = title ?? heading;
    return { ...line, heading, fence: undefined, role: title === undefined ? 'text' : 'heading' };
  });
}
