import type { CliIo } from './io';

/** Shows the progress of work. */
export interface Reporter {
  progress(done: number, total: number): void;
  /** Prints a line that stays visible. */
  say(line: string, isError?: boolean): void;
  /** Ends the output. */
  end(): void;
}

/** Returns a reporter that draws a bar on a terminal. Without a terminal, it prints a line for each step. */
export const reporterFor = (io: CliIo): Reporter =>
  io.terminal ? barOn(io.terminal, io) : linesOn(io);

/** Moves the cursor to the beginning of the line and clears the line (ECMA-48). */
const CLEAR_LINE = '\r\u001b[K';

/** Minimum time between two drawings, in ms. */
const FRAME = 50;

function barOn(terminal: NonNullable<CliIo['terminal']>, io: CliIo): Reporter {
  let drawn = 0;
  return {
    progress(done, total) {
      if (done < total && Date.now() - drawn < FRAME) {
        return;
      }
      drawn = Date.now();
      const text = ` ${done}/${total} ${percent(done, total)} %`;
      const width = Math.max(0, Math.min(40, terminal.columns - text.length - 1));
      const full = total > 0 ? Math.floor((width * done) / total) : width;
      terminal.write(CLEAR_LINE + '█'.repeat(full) + '░'.repeat(width - full) + text);
    },
    say(line, isError = false) {
      terminal.write(CLEAR_LINE);
      (isError ? io.err : io.out)(line);
      drawn = 0;
    },
    end: () => void terminal.write(CLEAR_LINE),
  };
}

/** Progress in percent from one printed line to the next. */
const STEP = 5;

function linesOn(io: CliIo): Reporter {
  let next = STEP;
  return {
    progress(done, total) {
      const now = percent(done, total);
      if (now >= next) {
        io.out(`${now} % (${done} of ${total} images)`);
        next = now - (now % STEP) + STEP;
      }
    },
    say: (line, isError = false) => (isError ? io.err : io.out)(line),
    end: () => {},
  };
}

const percent = (done: number, total: number): number =>
  total > 0 ? Math.floor((100 * done) / total) : 100;
