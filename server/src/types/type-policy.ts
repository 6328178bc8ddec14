import { literal } from './patterns';
import { OCTET_STREAM, PLAIN_TEXT } from './common-types';
import { decideType, type TypeDecision, type TypeEvidence } from './detect-type';
import { bareType, namesOf } from './type-names';

/** Patterns of types in `security` of the configuration, such as `image/*`, `application/pdf` or `*`. */
export interface TypePolicy {
  allowedTypes?: readonly string[] | undefined;
  deniedTypes?: readonly string[] | undefined;
}

/** The decision on one file: its type and, if it is refused, the type for which it is refused. */
export interface TypeVerdict extends TypeDecision {
  /** The type for which the file is refused; undefined if the file is accepted. */
  refusedFor?: string;
}

/**
 * Applies the policy. A file is refused if the type from its bytes, its name or its client is denied, or if the type to
 * store is not allowed. Without a list of allowed types all types are allowed; with an empty list none (Strapi 5.54).
 * The kind of a text can only cause a refusal: the type without that kind must be allowed as well.
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
    // Only the bytes say that the file is text, so it may also be stored as an unknown type.
    return letsIn(claimed, allowedTypes)
      ? { mime: claimed, claimed, proof: 'nothing' }
      : { ...decision, refusedFor: claimed };
  }
  return refusedFor ? { ...decision, refusedFor } : decision;
}

/** Whether a type matches one of the patterns, under any of its names. `*` stands for any characters. */
export const matchesAny = (type: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => namesOf(type).some((name) => matches(name, pattern)));

/**
 * Whether a pattern allows a type. A pattern with `*` is compared only with the given name of the type, not with its
 * other names: a name from another family would allow too much.
 */
const letsIn = (type: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) =>
    pattern.includes('*') ? matches(bareType(type), pattern) : matchesAny(type, [pattern])
  );

function matches(name: string, pattern: string): boolean {
  const parts = bareType(pattern).split('*').map(literal);
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
