import { describe, expect, it } from 'vitest';
import { treeKiller } from '../src/stdio/processTree.js';

describe('what ends a server and all that it started', () => {
  it('What ends a server and all that it started is taskkill on Windows, which takes the tree by force', () => {
    expect(treeKiller('win32', 4711)).toEqual(['taskkill', ['/pid', '4711', '/T', '/F']]);
  });

  it.each(['linux', 'darwin', 'freebsd'] as const)(
    'What ends a server and all that it started is no program on %s, where there are signals',
    platform => {
      expect(treeKiller(platform, 4711)).toBeUndefined();
    }
  );
});
