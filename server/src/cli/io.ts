/** What a command may touch of the world around it: its folder and the two outputs. */
export interface CliIo {
  cwd: string;
  out(line: string): void;
  err(line: string): void;
  /** Where a line can be drawn over; undefined where the output is no terminal. */
  terminal?: { columns: number; write(text: string): unknown } | undefined;
}
