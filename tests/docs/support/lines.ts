/** A line of a page, and where it is in the page. */
export interface Line {
  text: string;
  /** Text of the heading above the line, or of the line itself if it is a heading; empty before the first heading. */
  heading: string;
  /** Language of the fenced block that contains the line, which may be empty; undefined outside of fenced blocks. */
  fence: string | undefined;
  role: 'heading' | 'opens block' | 'in block' | 'closes block' | 'command' | 'text';
}

const HEADING = /^#{1,6} (.*)$/;

/**
 * Matches an indented line that begins with the name of a program. Pages show commands in this way, without a fence.
 */
const COMMAND = /^ {4,}(?:apt-get|bash|curl|node|npm|npx|pnpm|rm|yarn) /;

/**
 * The mark of a line that begins or ends a fenced block, and the language after the mark; undefined for other lines.
 */
function fenceOf(text: string): { mark: string; language: string } | undefined {
  const line = text.trim();
  const mark = /^(?:`{3,}|~{3,})/.exec(line)?.[0];
  return mark === undefined ? undefined : { mark, language: line.slice(mark.length).trim() };
}

/** Parses Markdown line by line. A fenced block without an end extends to the end of the page. */
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
