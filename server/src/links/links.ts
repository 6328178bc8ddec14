import { errors } from '../util/strapi-utils';
import type { LinkRequest } from '../types/rows';
import { part } from '../util/part';
import { permitLink, type LinkCaller } from './permit';
import { isComplete, parseLinkRequest, uidOf } from './request';
import { resolveTarget, type LinkLookup, type LinkTarget } from './target';

/** `links` of the configuration. */
interface LinkSettings {
  validate: boolean;
  authorize: boolean;
}

export const entryLinks = part<Links>('links');

/** Decides where files are linked, and who may do it. */
export class Links {
  constructor(
    private readonly lookup: LinkLookup,
    private readonly settings: () => LinkSettings
  ) {}

  /**
   * What form fields ask for; null for no link. Half a link is none where links are not validated.
   *
   * @throws errors.ValidationError
   */
  requestOf(fields: Record<string, unknown>): LinkRequest | null {
    return this.settings().validate || isComplete(fields) ? parseLinkRequest(fields) : null;
  }

  /**
   * @returns null where a wrong target is let pass and nothing can be linked to it
   * @throws errors.ValidationError, errors.NotFoundError for a wrong target
   */
  async resolve(request: LinkRequest): Promise<LinkTarget | null> {
    try {
      return await resolveTarget(request, this.lookup);
    } catch (error) {
      if (this.settings().validate || !(error instanceof errors.ApplicationError)) {
        throw error;
      }
      return unchecked(request);
    }
  }

  /** @throws NotPermitted for who may not change the entry */
  async permit(target: LinkTarget, caller: LinkCaller): Promise<void> {
    if (this.settings().authorize) {
      await permitLink(target, caller);
    }
  }
}

/** With `links.validate: false` a link is written as it was asked for, as the built-in does. */
function unchecked(request: LinkRequest): LinkTarget | null {
  const { refId, field } = request;
  const uid = uidOf(request);
  const id = /^\d{1,9}$/.test(refId) ? Number(refId) : null;
  return id === null
    ? null
    : {
        slots: [{ uid, id, field, attribute: { type: 'media' } }],
        multiple: true,
        allowedTypes: undefined,
        name: `${uid}.${field}`,
        entry: { uid, ids: [], documentId: null },
      };
}
