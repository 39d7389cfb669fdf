interface Presence {
  /** Only null: the field is empty. */
  readonly eq?: null | undefined;
  /** Only null: the field is not empty. */
  readonly ne?: null | undefined;
}

interface Comparisons<T> {
  readonly eq?: T | null | undefined;
  readonly ne?: T | null | undefined;
  readonly gt?: T | undefined;
  readonly gte?: T | undefined;
  readonly lt?: T | undefined;
  readonly lte?: T | undefined;
  /** Any of these. A text with a comma cannot be among them. */
  readonly in?: readonly T[] | undefined;
}

/** A plain value is short for `{ eq: value }`. */
export type TextFilter<T extends string = string> =
  | T
  | null
  | (Comparisons<T> & {
      /** `%` stands for any text, `_` for one character. */
      readonly like?: string | undefined;
      readonly contains?: string | undefined;
    });

export type NumberFilter<T extends number = number> = T | null | Comparisons<T>;
export type TimeFilter = string | Date | null | Comparisons<string | Date>;
export type BoolFilter = boolean | null | Pick<Comparisons<boolean>, 'eq' | 'ne'>;
/** For lists, and for JSON that is a list of texts. */
export type ListFilter<T extends string = string> = null | (Presence & { readonly contains?: T | undefined });
export type PresenceFilter = null | Presence;
