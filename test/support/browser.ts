import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** What it would ask the internet for, and what a container does not give it. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium as the machine has it, `apt-get install chromium` for example, or as ALYX_TEST_CHROMIUM says. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['ALYX_TEST_CHROMIUM'] ?? PLACES.find(existsSync);
  if (executablePath === undefined) {
    throw new Error(
      'There is no Chromium here: "apt-get install chromium", or name one in ALYX_TEST_CHROMIUM.',
    );
  }
  return chromium.launch({ executablePath, args: ARGUMENTS });
}
