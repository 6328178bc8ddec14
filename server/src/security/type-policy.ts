import { literal } from './patterns';
import { decideType, type TypeEvidence } from './detect-type';

/** `security` of the configuration: patterns such as `image/*`, `application/pdf`, `*`. */
export interface TypePolicy {
  allowedTypes?: readonly string[] | undefined;
  deniedTypes?: readonly string[] | undefined;
}

/** The decision on one file: its type, and the type it is refused for, where it is. */
export interface TypeVerdict {
  mime: string;
  /** Whether the bytes themselves say so. */
  detected: boolean;
  /** Undefined: let in. */
  refusedFor?: string;
}

/**
 * Applies the policy: a file is refused when any of what its bytes, its name or its client say is
 * denied, or when the type it is stored with is not allowed. No list allows all, an empty list
 * none (Strapi 5.54).
 */
export function judgeType(evidence: TypeEvidence, policy: TypePolicy): TypeVerdict {
  const mime = decideType(evidence);
  const verdict = { mime, detected: evidence.detected === mime };
  const witnesses = [evidence.declared, evidence.byName, evidence.detected, mime];
  const denied = witnesses.find((type) => type && matchesAny(type, policy.deniedTypes ?? []));
  if (denied) {
    return { ...verdict, refusedFor: denied };
  }
  const { allowedTypes } = policy;
  return allowedTypes && !matchesAny(mime, allowedTypes)
    ? { ...verdict, refusedFor: mime }
    : verdict;
}

/** True when a type fits one of the patterns; `*` stands for any run of characters. */
export function matchesAny(mime: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.toLowerCase().split('*').map(literal);
    return new RegExp(`^${parts.join('.*')}$`).test(mime.toLowerCase());
  });
}
