import process from 'node:process';

/** The environment variables that a server gets unless it is given others: enough to run programs, and no secrets. */
export const DEFAULT_INHERITED_ENV_VARS: string[] =
  process.platform === 'win32'
    ? [
        'APPDATA',
        'HOMEDRIVE',
        'HOMEPATH',
        'LOCALAPPDATA',
        'PATH',
        'PROCESSOR_ARCHITECTURE',
        'SYSTEMDRIVE',
        'SYSTEMROOT',
        'TEMP',
        'USERNAME',
        'USERPROFILE',
        'PROGRAMFILES'
      ]
    : ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER'];

/**
 * Picks from this process's environment what a server inherits.
 * @returns the variables that programs need and that hold no secrets, as far as they are set
 */
export function getDefaultEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of DEFAULT_INHERITED_ENV_VARS) {
    const value = process.env[name];
    // bash exports its functions as variables that begin like this: they are code.
    if (value !== undefined && !value.startsWith('()')) environment[name] = value;
  }
  return environment;
}
