/** A request for a variant of a stored object. */
export interface VariantRequest {
  /** Name of the object in its folder. */
  key: string;
  isPrivate: boolean;
  /** Query of the request, without the question mark. */
  query: string;
  /** Header `Accept`. */
  accept: string | undefined;
  /** Whether a missing variant is made. A HEAD makes none. */
  makes: boolean;
  /** Aborts when the client disconnects. Made at the first access, since a hit needs no signal. */
  readonly signal: AbortSignal;
}

/** What a request for a variant gets. */
export type VariantOutcome =
  /** The object as it is stored. */
  | { kind: 'stored' }
  /** A file of `size` bytes in the folder of variants, of public or of private files. */
  | { kind: 'file'; name: string; isPrivate: boolean; size: number }
  | { kind: 'bytes'; bytes: Uint8Array; etag: string; mime: string; name: string }
  /** A variant that is not made yet, and that this request does not make. */
  | { kind: 'unmade'; mime: string }
  /** Another stored object, or with null the requested one, because the variant cannot be made now. */
  | { kind: 'instead'; key: string | null }
  /** A file at another provider. */
  | { kind: 'elsewhere'; url: string }
  /** Nothing: the file is private, and the request is not signed for it. */
  | { kind: 'forbidden' }
  /** Nothing: the variant cannot be made now. */
  | { kind: 'busy' }
  /** The query is wrong. The message says which values are allowed. */
  | { kind: 'wrong'; message: string };

/** How caches may use an outcome. */
export interface VariantTerms {
  /** Whether it depends on the header `Accept`. */
  varies?: boolean;
  /** Whether there will soon be a better one. */
  isTemporary?: boolean;
  /** Seconds for which only this client may keep it, if the file is private at its provider. */
  privateFor?: number;
}

/** Finds or makes the variant that a request asks for. */
export interface VariantLookup {
  /** Returns the outcome; null if the request asks for no variant. */
  lookUp(request: VariantRequest): Promise<(VariantOutcome & VariantTerms) | null>;
  /** Notes that the file of an outcome is missing, or has another size. */
  lost(file: { name: string; isPrivate: boolean }): void;
  /** Returns the URL of a public file that another provider keeps; null if there is no such file. */
  elsewhere(key: string): Promise<string | null>;
  /** Returns a query without the parameters of a variant. */
  withoutVariant(query: string): string;
  /** Seconds for which a signed variant of a private object can be read; null if its signature is not valid. */
  opens(key: string, query: string): number | null;
}
