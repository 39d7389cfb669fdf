/** What the media types of WHATWG MIME Sniffing section 4.6 that a browser runs as script look like. */
const SCRIPT =
  /^(?:application\/(?:x-)?(?:ecma|java)script|text\/(?:(?:x-)?(?:ecma|java)script|javascript1\.[0-5]|jscript|livescript))$/;
const PASSIVE = /^(?:audio|video)\/|^image\/(?!.*xml)|^(?:text\/plain|application\/ogg)$/;

/**
 * Shows what it is and nothing else. `'self'` and inline styles are for the page that a browser makes up around an
 * image, a video or a text; sandboxing that page would take the video's own request out of the origin.
 */
const PASSIVE_POLICY =
  "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
/** An opaque origin without scripts, forms, popups or requests: HTML and SVG keep their looks, and no power. */
const SANDBOX_POLICY =
  "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; sandbox";

/**
 * Headers that make it safe to show what somebody uploaded, on our own origin, whatever it is. Types that are not
 * known to be harmless are sandboxed.
 */
export function viewHeaders(mimeType: string): Record<string, string> {
  const policy = contentSecurityPolicy(mimeType.toLowerCase());
  return {
    'x-content-type-options': 'nosniff',
    ...(policy === null ? {} : { 'content-security-policy': policy }),
    // Applications on other origins embed files, and no cookie gives a page more than the signed URL it knows.
    'cross-origin-resource-policy': 'cross-origin',
    // The address may hold a signed token; a link in the document must not hand it on.
    'referrer-policy': 'no-referrer',
  };
}

/**
 * The `Content-Type` to send. A script is sent as plain text: the sandbox binds documents only, and as a script it
 * could be loaded by `<script src>`, by a worker or as a service worker of our origin (with `nosniff` a browser runs
 * nothing but script types). Without the charset a browser would guess, and might find markup where there is none. Most
 * text is UTF-8. UTF-16 begins with a byte order mark, or it would not be text (files/decode-text.ts), and browsers heed
 * that before the header. Of older 8-bit text, whose encoding nobody knows, all but the ASCII shows as U+FFFD.
 */
export function shownContentType(mimeType: string): string {
  const type = SCRIPT.test(mimeType.toLowerCase()) ? 'text/plain' : mimeType;
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type;
}

/**
 * A PDF gets no policy: Chrome refuses to run its viewer in a sandbox and breaks it under `default-src`. With
 * `nosniff` the bytes reach that viewer or none, and its scripts cannot reach the origin.
 */
function contentSecurityPolicy(mimeType: string): string | null {
  if (mimeType === 'application/pdf') return null;
  return PASSIVE.test(mimeType) ? PASSIVE_POLICY : SANDBOX_POLICY;
}
