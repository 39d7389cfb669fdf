import { arch, platform } from 'node:os';
import type { default as Koffi, LibraryHandle } from 'koffi';

/** Where `off_t`, `size_t` and `long` have 64 bits and the constants are those of Linux. */
const PLATFORMS = ['linux x64', 'linux arm64'];

/**
 * Functions of the system's C library that Node has no call for, as `define` declares them; null where the system is
 * another, koffi brings nothing for it, or the library lacks one of them. They are an advantage, never a condition.
 */
export async function fromLibc<Functions>(
  define: (libc: LibraryHandle, koffi: typeof Koffi) => Functions,
): Promise<Functions | null> {
  if (!PLATFORMS.includes(`${platform()} ${arch()}`)) return null;
  try {
    const { default: koffi } = await import('koffi');
    return define(koffi.load(null), koffi);
  } catch {
    return null;
  }
}
