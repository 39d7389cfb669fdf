import { describe, expect, it } from 'vitest';
import { isAlreadyCompressed, matchesType } from '../../src/files/media-type.ts';

describe('matchesType', () => {
  it.each([
    ['image/png', ['image/png'], true],
    ['image/png', ['text/plain', 'image/png'], true],
    ['image/png', ['image/*'], true],
    ['image/png', ['*/*'], true],
    ['image/png', ['IMAGE/PNG'], true],
    ['Image/PNG', ['image/*'], true],
    ['text/plain', ['text/plain; charset=utf-8'], true],
    ['text/plain;charset=utf-8', ['text/plain'], true],
    ['image/svg+xml', ['image/*'], true],
    ['image/png', ['image/jpeg'], false],
    ['image/png', [], false],
    ['image/png', ['image'], false],
    ['image/png', ['image/'], false],
    ['image/png', ['image/p'], false],
    ['image/png', ['*/png'], false],
    ['imagery/png', ['image/*'], false],
    ['application/x-image', ['image/*'], false],
    ['image/svg+xml', ['image/svg'], true],
    ['image/jpeg', ['image/jpg'], true],
    ['audio/wav', ['audio/x-wav'], true],
    ['audio/wav', ['audio/vnd.wave'], true],
    ['application/xml', ['text/xml'], true],
    ['text/javascript', ['application/javascript'], true],
    ['application/zip', ['application/x-zip-compressed'], true],
    ['image/vnd.microsoft.icon', ['image/x-icon'], true],
    ['constructor', ['__proto__'], false],
  ])('%s among %j: %s', (type, allowed, expected) => {
    expect(matchesType(type, allowed)).toBe(expected);
  });
});

describe('isAlreadyCompressed', () => {
  it.each([
    'image/png',
    'image/jpeg',
    'image/webp',
    'audio/mpeg',
    'audio/ogg; codecs=opus',
    'video/mp4',
    'application/pdf',
    'application/zip',
    'application/x-gzip',
    'application/gzip',
    'application/zstd',
    'application/vnd.rar',
    'application/x-7z-compressed',
    'application/x-xz',
    'application/x-bzip2',
    'application/epub+zip',
    'application/java-archive',
    'application/vnd.android.package-archive',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.oasis.opendocument.text',
    'application/vnd.ms-excel.sheet.macroEnabled.12',
    'font/woff',
    'font/woff2',
  ])('is true for %s', (type) => {
    expect(isAlreadyCompressed(type)).toBe(true);
  });

  it.each([
    'text/plain',
    'text/html; charset=utf-8',
    'application/json',
    'application/xml',
    'image/svg+xml',
    'image/bmp',
    'image/tiff',
    'image/x-icon',
    'audio/wav',
    'audio/x-wav',
    'audio/aiff',
    'audio/midi',
    'font/ttf',
    'application/x-tar',
    'application/msword',
    'application/wasm',
    'application/octet-stream',
  ])('is false for %s', (type) => {
    expect(isAlreadyCompressed(type)).toBe(false);
  });
});
