// Compiles src/ to dist/, bundles the admin UI into dist/admin-ui/, and makes the `alyx` command executable.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'vite';
import { buildSdkRuntime } from './build-sdk-runtime.mjs';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
rmSync('dist/sdk/runtime', { recursive: true }); // it leaves the house without source maps
buildSdkRuntime('dist/sdk/runtime');
chmodSync('dist/main.js', 0o755);
await build({ configFile: 'src/admin-ui/vite.config.ts' });
