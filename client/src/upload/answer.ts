import type { Answer } from './send';
import { UploadError, type ServerError } from './error';

/** A stored file, as the server answers it. */
export interface UploadedFile {
  id: number;
  documentId: string;
  name: string;
  alternativeText: string | null;
  caption: string | null;
  focalPoint: { x: number; y: number } | null;
  /** In pixels; null if the file is no image. */
  width: number | null;
  /** In pixels; null if the file is no image. */
  height: number | null;
  formats: Record<string, unknown> | null;
  hash: string;
  ext: string | null;
  mime: string;
  /** In kilobytes of 1000 bytes. */
  size: number;
  url: string;
  [column: string]: unknown;
}

/** An error as Strapi answers it. */
interface StrapiError {
  name?: string;
  message?: string;
  details?: { errors?: ServerError[] };
}

/**
 * Reads the server's answer to an upload.
 *
 * @throws UploadError if the server has refused the upload, or if its answer is not a list of files
 */
export function filesIn({ status, text, retryAfter }: Answer): UploadedFile[] {
  const body = parsed(text);
  if (status < 300 && Array.isArray(body)) {
    return body;
  }
  if (status < 300) {
    throw new UploadError(`The answer ${status} to the upload cannot be read.`, {
      status,
      code: 'BAD_ANSWER',
    });
  }
  const { name, message, details }: StrapiError = body?.error ?? {};
  const errors = Array.isArray(details?.errors) ? details.errors : [];
  throw new UploadError(message ?? `The upload was answered ${status}.`, {
    status,
    code: errors[0]?.code ?? name ?? `HTTP_${status}`,
    errors,
    retryAfter: secondsUntil(retryAfter),
  });
}

function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads the header Retry-After: seconds, or a date (RFC 9110 section 10.2.3). */
function secondsUntil(header: string | null): number | undefined {
  const seconds = /^\d+$/.test(header ?? '')
    ? Number(header)
    : Math.max(0, Math.ceil((Date.parse(header ?? '') - Date.now()) / 1000));
  return seconds >= 0 ? seconds : undefined;
}
