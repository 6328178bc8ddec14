/** A line of a page, and what it is in. */
export interface Line {
  text: string;
  /** The heading above it, or its own, without marks; empty at the beginning of a page. */
  heading: string;
  /** The language of the fenced block that it is in, which may be empty; undefined outside of blocks. */
  fence: string | undefined;
  role: 'heading' | 'opens block' | 'in block' | 'closes block' | 'command' | 'text';
}

const HEADING = /^#{1,6} (.*)$/;

/** A command that a page shows without a fence: an indented line that begins with a program. */
const COMMAND = /^ {4,}(?:apt-get|bash|curl|node|npm|npx|pnpm|rm|yarn) /;

/** The mark of a line that begins or ends a fenced block, and the language behind it. */
function fenceOf(text: string): { mark: string; language: string } | undefined {
  const line = text.trim();
  const mark = /^(?:`{3,}|~{3,})/.exec(line)?.[0];
  return mark === undefined ? undefined : { mark, language: line.slice(mark.length).trim() };
}

/** Reads Markdown line by line. A block that is not closed goes to the end. */
export function linesOf(markdown: string): Line[] {
  let heading = '';
  let open: { mark: string; language: string } | undefined;
  return markdown.split('\n').map((text): Line => {
    const fence = fenceOf(text);
    if (open) {
      const { mark, language } = open;
      const closes = fence?.language === '' && fence.mark.startsWith(mark);
      open = closes ? undefined : open;
      return { text, heading, fence: language, role: closes ? 'closes block' : 'in block' };
    }
    if (fence) {
      open = fence;
      return { text, heading, fence: fence.language, role: 'opens block' };
    }
    const title = HEADING.exec(text)?.[1];
    heading = title ?? heading;
    const role = COMMAND.test(text) ? 'command' : 'text';
    return { text, heading, fence: undefined, role: title === undefined ? role : 'heading' };
  });
}
