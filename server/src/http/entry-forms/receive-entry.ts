import type { Context } from 'koa';
import type { PendingForm } from '../forms/pending';
import type { EntryFormReader } from './form';
import { formFilesOf, type FormRequest } from '../forms/form-files';

/**
 * Puts the entry of a form that was read into the request, so that the policies and middlewares of a project find
 * `data` as in a JSON body, and its files in `files`. Uses the form as code in front of the route has left it.
 *
 * @param reader for the entry's content type
 * @throws errors.ValidationError for a form that is not of an entry, or has files that do not fit the entry
 */
export function receiveEntry(ctx: Context, form: PendingForm, reader: EntryFormReader): void {
  const request = ctx.request as FormRequest;
  const fields = (request.body ?? {}) as Record<string, string | string[]>;
  reader.refuseUnknown(fields);
  const data = reader.dataIn(fields);
  form.infos = fields;
  reader.slotsOf({ data, infos: fields, files: formFilesOf(request) });
  request.body = { data };
}
