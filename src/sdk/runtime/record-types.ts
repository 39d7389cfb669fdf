import type { CollectionTypes } from './schema-types.ts';

/** A record in which the fields named by `E` hold what their ids stand for. */
export type Expanded<R extends object, X extends object, E extends keyof X> = {
  readonly [F in keyof R]: F extends E ? X[F & E] : R[F];
};

/**
 * A record as a call with `fields` and `expand` returns it: what is expanded is always there. What was asked for
 * decides, so nothing may be inferred from the type that the caller expects.
 */
export type RecordView<
  C extends CollectionTypes,
  F extends keyof C['record'],
  E extends keyof C['expand'],
> = Pick<Expanded<C['record'], C['expand'], NoInfer<E>>, NoInfer<F> | (NoInfer<E> & keyof C['record'])>;

/** What of the records an answer shows. */
export interface ViewOptions<F, E> {
  /** Only these fields; all without it. */
  readonly fields?: readonly F[] | undefined;
  /** Fields in which files and records stand in place of their ids. */
  readonly expand?: readonly E[] | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ChangeOptions<R extends object> extends CallOptions {
  /**
   * Only if the record is still like this, else PRECONDITION_FAILED: what was read before, or those of its fields that
   * matter. The whole record as `get`, `create`, `update` or `replace` returned it costs no further request.
   */
  readonly ifMatch?: { readonly [F in keyof R]?: R[F] | undefined } | undefined;
}

type Window =
  | {
      readonly limit?: number | undefined;
      readonly offset?: number | undefined;
      readonly page?: undefined;
      readonly perPage?: undefined;
    }
  | {
      /** From 1. */
      readonly page?: number | undefined;
      readonly perPage?: number | undefined;
      readonly limit?: undefined;
      readonly offset?: undefined;
    };

export type RecordQuery<C extends CollectionTypes, F, E> = ViewOptions<F, E> &
  Window &
  CallOptions & {
    /** Conditions by field, all of which must hold; in a list, where a field needs the same operator twice. */
    readonly filter?: C['filter'] | readonly C['filter'][] | undefined;
    /** A field, or several; with `-` in front, the last comes first. */
    readonly sort?: Sort<C['sort']> | readonly Sort<C['sort']>[] | undefined;
    /** Text to be found in any of the text fields. */
    readonly search?: string | undefined;
  };

type Sort<F extends string> = F | `-${F}`;

export interface RecordPage<R> {
  readonly docs: readonly R[];
  /** How many records there are in all that the caller may read. */
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}
