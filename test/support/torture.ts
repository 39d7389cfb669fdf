/** `make torture`: the long form of the tests that have one. */
export const TORTURE = process.env['ALYX_TORTURE'] !== undefined;

/** How often the kill sweep kills. */
export const KILLS = Number(process.env['ALYX_TEST_KILLS'] ?? (TORTURE ? 300 : 5));

/** How often the power is cut. */
export const CUTS = Number(process.env['ALYX_TEST_CUTS'] ?? (TORTURE ? 100 : 3));

/** Before how many of a scenario's system calls the server is killed. */
export const SYSCALLS = Number(process.env['ALYX_TEST_SYSCALLS'] ?? (TORTURE ? 100_000 : 6));

/** The same of a server's start. */
export const STARTS = Number(process.env['ALYX_TEST_STARTS'] ?? (TORTURE ? 100_000 : 4));

/** How many of the ways in which a disk may fail are tried. */
export const DISK_TROUBLES = Number(process.env['ALYX_TEST_DISK_TROUBLES'] ?? (TORTURE ? 1_000 : 8));

/** How many requests the fuzzer sends. */
export const FUZZ_REQUESTS = Number(process.env['ALYX_TEST_FUZZ'] ?? (TORTURE ? 200_000 : 1_500));

/** Against a test that hangs; a busy machine may take minutes for what a quiet one does in seconds. */
export const LONG_TIMEOUT = TORTURE ? 10_800_000 : 600_000;

/** Tells what was tried and found; vitest would hide a passing test's output. */
export function report(line: string): void {
  process.stdout.write(`  ${line}\n`);
}
