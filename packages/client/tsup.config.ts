import { defineConfig } from 'tsup';
import { published } from '../../tsup.shared.js';

export default defineConfig({
  ...published,
  entry: ['src/index.ts', 'src/stdio.ts', 'src/ext/skills.ts', 'src/validators/ajv.ts', 'src/validators/cfWorker.ts']
});
