// For Node, Bun and Deno: commandLine PLACES, where it goes, as JSON. Prints what came of it.
import process from 'node:process';
import { run, type Places } from './program.js';

run(JSON.parse(process.argv[2] ?? '') as Places)
  .then(report => console.log(JSON.stringify(report)))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
