// For workerd: gets a request that says where to go, and answers with what came of it.
import { run, type Places } from './program.js';

export default {
  async fetch(request: Request): Promise<Response> {
    try {
      return Response.json(await run((await request.json()) as Places));
    } catch (error) {
      return new Response(error instanceof Error ? error.stack : String(error), { status: 500 });
    }
  }
};
