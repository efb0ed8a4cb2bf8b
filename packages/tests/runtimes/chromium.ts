import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import type { TestContext } from 'vitest';
import { lacking } from './binaries.js';

const EXECUTABLE = '/usr/bin/chromium';

/** Debian's Chromium, headless, with nothing that would ask for hosts of its own. */
export function launchChromium(context: TestContext): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) lacking(`there is no ${EXECUTABLE}`, context);
  return chromium.launch({
    executablePath: EXECUTABLE,
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync'
    ]
  });
}
