import { errors } from '../util/strapi-utils';
import type { LinkRequest } from '../types/rows';
import { part } from '../util/part';
import { permitLink, type LinkCaller } from './permit';
import { isComplete, parseLinkRequest, uidOf } from './request';
import { resolveTarget, type LinkLookup, type LinkTarget } from './target';

/** The part `links` of the configuration. */
interface LinkSettings {
  validate: boolean;
  authorize: boolean;
}

export const entryLinks = part<Links>('links');

/** Determines the targets of links and checks the permission to link. */
export class Links {
  constructor(
    private readonly lookup: LinkLookup,
    private readonly settings: () => LinkSettings
  ) {}

  /**
   * Reads the link in form fields; null if the fields ask for no link. Without `links.validate`, an incomplete link
   * counts as no link.
   *
   * @throws errors.ValidationError
   */
  requestOf(fields: Record<string, unknown>): LinkRequest | null {
    return this.settings().validate || isComplete(fields) ? parseLinkRequest(fields) : null;
  }

  /**
   * Finds the target of a link.
   *
   * @returns null if a wrong target is tolerated and no file can be linked to it
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

  /**
   * Checks the permission to link files to a target.
   *
   * @throws NotPermitted for a caller who may not change the entry
   */
  async permit(target: LinkTarget, caller: LinkCaller): Promise<void> {
    if (this.settings().authorize) {
      await permitLink(target, caller);
    }
  }
}

/**
 * Returns a target that was not checked. With `links.validate: false`, a link is written as it was requested, as in the
 * built-in plugin.
 */
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
