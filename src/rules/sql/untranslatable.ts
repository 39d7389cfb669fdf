/** A part of a rule has no SQL: the rule is run row by row. */
export class Untranslatable extends Error {
  override readonly name = 'Untranslatable';
}
