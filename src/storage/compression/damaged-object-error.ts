/** Stored bytes that are not what was put: cut short, altered, or never coded at all. */
export class DamagedObjectError extends Error {
  override readonly name = 'DamagedObjectError';
}
