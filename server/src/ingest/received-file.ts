import type { Charge, Chargeable } from '../access/allowance';
import type { Attempt } from './attempt';
import type { StagedFile } from './upload';

/** A file on the local disk, as body parsers and other plugins hand it over (formidable's shape). */
export interface DiskFile {
  filepath: string;
  originalFilename?: string | null | undefined;
  mimetype?: string | null | undefined;
  /** Bytes. */
  size: number;
}

/**
 * A file that came in over HTTP and is staged already. It has formidable's shape too, so that
 * a project's own controller can read it as it would with the built-in plugin.
 */
export class ReceivedFile implements DiskFile, Chargeable {
  readonly filepath: string;
  readonly size: number;

  constructor(
    private readonly staged: StagedFile,
    readonly originalFilename: string,
    /** Of the form. */
    readonly fieldName: string,
    private readonly owner: Attempt,
    /** Which of the request's files it is, from 0 on; refused ones are counted too. */
    readonly position: number
  ) {
    this.filepath = staged.object.path;
    this.size = staged.object.size;
  }

  /** The cleaned name. */
  get name(): string {
    return this.staged.name;
  }

  get mime(): string {
    return this.staged.mime;
  }

  get mimetype(): string {
    return this.staged.mime;
  }

  get charge(): Charge | undefined {
    return this.staged.charge;
  }

  /** Hands the staged bytes over: from here on `attempt` answers for them. */
  moveTo(attempt: Attempt): StagedFile {
    this.owner.release(this.staged.object);
    attempt.adopt(this.staged.object);
    return this.staged;
  }
}
