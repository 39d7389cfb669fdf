type CamelCase<Key> = Key extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Key;

export type CamelKeys<Section> = { [Key in keyof Section as CamelCase<Key>]: Section[Key] };

/** `{ max_age }` to `{ maxAge }`; the values are left alone. */
export function camelKeys<Section extends object>(section: Section): CamelKeys<Section> {
  const camel = (key: string) => key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const entries = Object.entries(section).map(([key, value]) => [camel(key), value as unknown]);
  return Object.fromEntries(entries) as CamelKeys<Section>;
}
