import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

/** What a page that connects over Streamable HTTP has to load, in bytes of minified and gzipped ES modules. */
export interface BundleCost {
  /** Before it can connect. */
  eager: number;
  /** When it needs them: sign-in, the modern era, output schemas. */
  lazy: number;
  /** The modules that are loaded before it can connect. */
  modules: string[];
}

/** Bundles `Client` and `StreamableHTTPClientTransport` of a package for browsers. */
export async function bundleForBrowser(name: string): Promise<BundleCost> {
  const entry = '\0entry';
  const bundle = await rolldown({
    input: entry,
    cwd: import.meta.dirname,
    platform: 'browser',
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId(id, importer) {
          return id === entry ? id : importer === entry ? this.resolve(id, import.meta.filename) : null;
        },
        load: id =>
          id === entry ? `export { Client, StreamableHTTPClientTransport } from ${JSON.stringify(name)}` : null
      }
    ]
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  const chunks = new Map(output.filter(part => part.type === 'chunk').map(chunk => [chunk.fileName, chunk]));
  const eager = new Set([...chunks.values()].filter(chunk => chunk.isEntry));
  for (const { imports } of eager) {
    for (const file of imports) {
      const chunk = chunks.get(file);
      if (chunk !== undefined) eager.add(chunk);
    }
  }
  const cost: BundleCost = { eager: 0, lazy: 0, modules: [...eager].flatMap(chunk => chunk.moduleIds) };
  for (const chunk of chunks.values()) {
    cost[eager.has(chunk) ? 'eager' : 'lazy'] += gzipSync(chunk.code, { level: 9 }).length;
  }
  return cost;
}
