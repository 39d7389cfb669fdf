import { invalidMultipart } from './invalid-multipart.ts';
import { parseParameters } from './parameters.ts';

/** RFC 2046 section 5.1.1: 1 to 70 characters, the last of them no space. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

/** The boundary in a `Content-Type: multipart/form-data; boundary=…`; throws INVALID_MULTIPART. */
export function boundaryOf(contentType: string): string {
  const semicolon = contentType.indexOf(';');
  const parameters = parseParameters(semicolon === -1 ? '' : contentType.slice(semicolon));
  const boundary = parameters?.get('boundary') ?? '';
  if (BOUNDARY.test(boundary)) return boundary;
  throw invalidMultipart(
    'needs a boundary in its Content-Type, 1 to 70 characters; let the HTTP library set that header',
  );
}
