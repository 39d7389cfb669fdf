/** A schema as JSON Schema 2020-12 and OpenAPI 3.1 spell it. */
export type JsonSchema = Readonly<Record<string, unknown>>;
