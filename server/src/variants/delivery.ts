import type { TransformOptions } from '../config/transforms';
import { NeverRoom, NoRoom } from '../images/render/fair-queue';
import { MachineFault } from '../images/render/machine-fault';
import { RendererEnded } from '../images/render/renderer';
import type {
  VariantLookup,
  VariantOutcome,
  VariantRequest,
  VariantTerms,
} from '../serving/variant-lookup';
import { storedUrl } from '../storage/local-url';
import { BadQuery, readQuery, withoutVariant, type Asked, type AskedByQuery } from './asked';
import { acceptedTypes, type Accepted } from './negotiate';
import { instead, outcomeWith } from './outcomes';
import type { EncoderOptions } from './plan-variant';
import type { VariantSignatures } from './signatures';
import type { SlowFormats } from './slow-formats';
import type { RemoteAccess } from './sources/remote-access';
import type { ObjectKey } from './sources/source-rows';
import type { Sources } from './sources/sources';
import type { Variants, WantedVariant } from './variants';
import { WantedVariants, type Settings } from './wanted-variants';

interface DeliveryDeps {
  sources: Sources;
  remote: RemoteAccess;
  variants: Variants;
  signatures: VariantSignatures;
  slowFormats: SlowFormats;
  /** The settings; null if variants are switched off. */
  options(): TransformOptions | null;
  encoder(): EncoderOptions;
}

type Outcome = VariantOutcome & VariantTerms;

/** A request, and whether its object is private at its provider. */
interface ClosableRequest extends VariantRequest {
  isClosed: boolean;
}

/** Answers requests for variants: reads the query, and finds or makes the variant. */
export class Delivery implements VariantLookup {
  private readonly plans = new WantedVariants();

  constructor(private readonly deps: DeliveryDeps) {}

  async lookUp(request: VariantRequest): Promise<Outcome | null> {
    const options = this.deps.options();
    if (options === null) {
      return null;
    }
    const settings = { options, encoder: this.deps.encoder() };
    const isClosed = await this.deps.remote.isClosed(request);
    try {
      const asked = readQuery(request.query);
      // No copy of the request: that would make its signal.
      const closable = Object.assign(request, { isClosed });
      return asked ? await this.lookUpAsked(closable, asked, settings) : this.ofWhole(closable);
    } catch (error) {
      if (error instanceof BadQuery) {
        return isClosed ? { kind: 'forbidden' } : { kind: 'wrong', message: error.message };
      }
      throw error;
    }
  }

  /** The outcome of a signed request for a whole file that is private at its provider; null for all other requests. */
  private async ofWhole(request: ClosableRequest): Promise<Outcome | null> {
    const { key, query, isClosed } = request;
    const isOpen =
      isClosed && this.deps.signatures.secondsLeft(storedUrl(key, true), query) !== null;
    return isOpen ? this.whereElse(request, { kind: 'stored' }) : null;
  }

  async elsewhere(key: string): Promise<string | null> {
    const object = { key, isPrivate: false };
    const { options, remote } = this.deps;
    // With the local disk, a missing file must not cost a query.
    if (options() === null || !remote.isElsewhere || (await remote.isClosed(object))) {
      return null;
    }
    return remote.urlOf(object);
  }

  withoutVariant(query: string): string {
    return this.deps.options() ? withoutVariant(query) : query;
  }

  lost(file: { name: string; isPrivate: boolean }): void {
    this.deps.variants.lost(file);
  }

  opens(key: string, query: string): number | null {
    return this.deps.options() && this.deps.signatures.secondsLeft(storedUrl(key, true), query);
  }

  /** Makes the variant of a preset before anybody asks for it, unless it is made already. */
  async prepare({ key, isPrivate }: ObjectKey, preset: string): Promise<void> {
    const options = this.deps.options();
    if (options === null) {
      return;
    }
    const isClosed = await this.deps.remote.isClosed({ key, isPrivate });
    const { signal } = new AbortController();
    const request = { key, isPrivate, isClosed, query: '', makes: true, signal };
    const settings = { options, encoder: this.deps.encoder() };
    // A variant with `format: 'auto'` is made as WebP now. Its AVIF is made later, as after two requests for it.
    const avif = 'image/avif,image/webp';
    const isAuto = options.presets[preset]?.format === 'auto';
    for (const accept of isAuto ? ['image/webp', avif, avif] : [undefined]) {
      await this.answerUnlessFault({ ...request, accept }, { values: {}, preset }, settings);
    }
  }

  private async lookUpAsked(
    request: ClosableRequest,
    asked: AskedByQuery,
    settings: Settings
  ): Promise<Outcome> {
    const { key, query, isClosed } = request;
    const left = isClosed ? this.deps.signatures.secondsLeft(storedUrl(key, true), query) : null;
    if (isClosed && left === null) {
      return { kind: 'forbidden' };
    }
    const outcome = await this.answerUnlessFault(request, asked, settings);
    const where = await this.whereElse(request, outcome);
    return { ...(where ?? outcome), ...(left === null ? {} : { privateFor: left }) };
  }

  private async answerUnlessFault(
    ...[request, asked, settings]: Parameters<Delivery['answer']>
  ): Promise<Outcome> {
    try {
      return await this.answer(request, asked, settings);
    } catch (error) {
      if (error instanceof MachineFault) {
        // The file was deleted meanwhile, or the machine lacks files or memory.
        return { kind: 'instead', key: null };
      }
      throw error;
    }
  }

  /** Where a client finds an object that is sent as it is stored, if another provider keeps it; null otherwise. */
  private async whereElse(request: ClosableRequest, outcome: Outcome): Promise<Outcome | null> {
    if (outcome.kind !== 'stored' && outcome.kind !== 'instead') {
      return null;
    }
    const key = (outcome.kind === 'instead' && outcome.key) || request.key;
    const { isPrivate } = request;
    const url = await this.deps.remote.urlOf({ key, isPrivate });
    return url === null ? null : { kind: 'elsewhere', url };
  }

  private async answer(
    request: ClosableRequest,
    asked: AskedByQuery,
    settings: Settings
  ): Promise<Outcome> {
    const { values, isExact } = this.valuesOf(request, asked, settings.options);
    const source = await this.deps.sources.of(request);
    if (!source) {
      return { kind: 'stored' };
    }
    const varies = values.format === 'auto' && settings.options.negotiate;
    const isPrivate = request.isPrivate || request.isClosed;
    const wanted = (accepted: Accepted) =>
      this.plans.of(source, { values, isExact, accepted, isPrivate }, settings);
    const accepted = acceptedTypes(request.accept);
    const best = wanted(accepted);
    if (values.format === 'auto' && best?.made.mime === 'image/avif') {
      const found = await this.deps.variants.find(best);
      if (found) {
        return { ...outcomeWith(found, best.made), varies };
      }
      // Nobody waits for an AVIF that was not asked for by name.
      if (request.makes) {
        this.deps.slowFormats.missed(best);
      }
      const faster = wanted({ ...accepted, avif: false });
      return { ...(await this.outcomeOf(faster, request)), varies, isTemporary: true };
    }
    return { ...(await this.outcomeOf(best, request)), varies };
  }

  /**
   * The values that a request asks for: those of a preset, or those of the query.
   *
   * @returns also whether the values are used as they are; otherwise they are rounded
   */
  private valuesOf(
    { key, query, ...request }: ClosableRequest,
    { values, preset }: AskedByQuery,
    { presets }: TransformOptions
  ): { values: Asked; isExact: boolean } {
    if (preset === undefined) {
      const { signatures } = this.deps;
      const isPrivate = request.isPrivate || request.isClosed;
      const url = storedUrl(key, isPrivate);
      // A private file may also be opened by the signature of the file itself, which says nothing about variants.
      const isExact = isPrivate
        ? signatures.secondsLeft(url, query) !== null
        : signatures.isSigned(url, query, values);
      return { values, isExact };
    }
    const found = Object.hasOwn(presets, preset) ? presets[preset] : undefined;
    if (!found) {
      const names = Object.keys(presets).join(', ') || 'none, since no preset is configured';
      throw new BadQuery(`"key" names no preset; allowed: ${names}.`);
    }
    return { values: found, isExact: true };
  }

  private async outcomeOf(
    wanted: WantedVariant | null,
    request: VariantRequest
  ): Promise<VariantOutcome> {
    if (wanted === null) {
      return { kind: 'stored' };
    }
    const { variants } = this.deps;
    const { source, made } = wanted;
    const found = await variants.find(wanted);
    if (found || !request.makes) {
      return found ? outcomeWith(found, made) : { kind: 'unmade', mime: made.mime };
    }
    try {
      const now = await variants.make(wanted, request.signal);
      return now ? outcomeWith(now, made) : { kind: 'stored' };
    } catch (error) {
      if (error instanceof NoRoom || error instanceof RendererEnded) {
        return instead(source, made, error instanceof NeverRoom);
      }
      throw error;
    }
  }
}
