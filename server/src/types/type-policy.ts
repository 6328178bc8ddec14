import { literal } from './patterns';
import { OCTET_STREAM, PLAIN_TEXT } from './common-types';
import { decideType, type TypeDecision, type TypeEvidence } from './detect-type';
import { bareType, namesOf } from './type-names';

/** `security` of the configuration: patterns such as `image/*`, `application/pdf`, `*`. */
export interface TypePolicy {
  allowedTypes?: readonly string[] | undefined;
  deniedTypes?: readonly string[] | undefined;
}

/** The decision on one file: its type, and the type it is refused for, where it is. */
export interface TypeVerdict extends TypeDecision {
  /** Undefined: let in. */
  refusedFor?: string;
}

/**
 * Applies the policy: a file is refused when any of what its bytes, its name or its client say is
 * denied, or when the type it is stored with is not allowed. No list allows all, an empty list
 * none (Strapi 5.54). Which kind of text a file is can refuse it, and never lets it in: the type that
 * it has without that must be allowed as well.
 */
export function judgeType(evidence: TypeEvidence, policy: TypePolicy): TypeVerdict {
  const { declared, byName, detected, alone, text } = evidence;
  const decision = decideType(evidence);
  const { mime, claimed } = decision;
  const kind = text === PLAIN_TEXT ? undefined : text;
  const denied = [declared, byName, detected, alone, kind, mime].find(
    (type) => type && matchesAny(type, policy.deniedTypes ?? [])
  );
  if (denied) {
    return { ...decision, refusedFor: denied };
  }
  const { allowedTypes } = policy;
  if (!allowedTypes) {
    return decision;
  }
  const refusedFor = [mime, claimed].find((type) => !letsIn(type, allowedTypes));
  if (refusedFor === mime && mime === PLAIN_TEXT && claimed === OCTET_STREAM) {
    // Nothing but its bytes says that it is a text: it can be what it is without that.
    return letsIn(claimed, allowedTypes)
      ? { mime: claimed, claimed, proof: 'nothing' }
      : { ...decision, refusedFor: claimed };
  }
  return refusedFor ? { ...decision, refusedFor } : decision;
}

/** True when a type fits one of the patterns, under any of its names; `*` stands for any run of characters. */
export const matchesAny = (type: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => namesOf(type).some((name) => matches(name, pattern)));

/**
 * The same for what lets a type in: a pattern with `*` means the names that it has itself, so that another name, which is
 * of another family, opens no door.
 */
const letsIn = (type: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) =>
    pattern.includes('*') ? matches(bareType(type), pattern) : matchesAny(type, [pattern])
  );

function matches(name: string, pattern: string): boolean {
  const parts = bareType(pattern).split('*').map(literal);
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
