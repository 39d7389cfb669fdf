const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

const SIZE = /^(\d+(?:\.\d+)?) ?([kmgt]?i?b|)$/i;

/** Bytes in `5242880`, `"5MB"` (10^6) or `"1.5 GiB"` (2^30); null if it is none, not whole, or beyond 2^53 - 1. */
export function parseByteSize(size: string | number): number | null {
  const match = SIZE.exec(typeof size === 'number' ? sizeText(size) : size);
  const unit = UNITS[match?.[2]?.toLowerCase() ?? ''];
  if (match?.[1] === undefined || unit === undefined) return null;
  const bytes = multiply(match[1], unit);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

function sizeText(size: number): string {
  return Number.isSafeInteger(size) ? String(size) : '';
}

/** In integers, because `1.1 * 10 ** 6` is not whole in floating point. NaN if the product has a fraction. */
function multiply(decimal: string, unit: number): number {
  const [whole = '', fraction = ''] = decimal.split('.');
  const scale = 10n ** BigInt(fraction.length);
  const product = BigInt(whole + fraction) * BigInt(unit);
  return product % scale === 0n ? Number(product / scale) : NaN;
}
