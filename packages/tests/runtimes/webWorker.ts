// For a web worker: gets a message that says where to go, and answers with what came of it.
import { run, type Places } from './program.js';

self.onmessage = ({ data }: MessageEvent<Places>) => {
  run(data).then(
    report => self.postMessage({ report }),
    (error: unknown) => self.postMessage({ error: String(error) })
  );
};
