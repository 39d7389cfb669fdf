/** `/api/files/{bucket}` and what comes after it. */
export function filesPath(bucket: string, ...rest: readonly string[]): string {
  return ['/api/files', bucket, ...rest]
    .map((part, at) => (at === 0 ? part : encodeURIComponent(part)))
    .join('/');
}
