/** The environment of a command: its folder and the two outputs. */
export interface CliIo {
  cwd: string;
  out(line: string): void;
  err(line: string): void;
  /**
   * The terminal, for output that overwrites its own line, such as a progress bar; undefined if the output is not a
   * terminal.
   */
  terminal?: { columns: number; write(text: string): unknown } | undefined;
}
