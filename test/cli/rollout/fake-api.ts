import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { lastly } from '../../kit/lastly.ts';
import { tempFolder } from '../../kit/temp-folder.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** undefined: the connection is cut without an answer. */
export type Answer = (asked: Asked) => { readonly status?: number; readonly body: unknown } | undefined;

/** Something that answers at the control socket of a run directory as it is told, and keeps what it was asked. */
export interface FakeApi {
  readonly runDir: string;
  readonly asked: readonly Asked[];
  /** From now on. */
  answer: Answer;
  /** Nobody listens any more, until it is opened again. */
  readonly close: () => Promise<void>;
  readonly open: () => Promise<void>;
}

const textOf = async (request: AsyncIterable<Buffer>): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
};

export const openFakeApi = async (t: TestContext, answer: Answer): Promise<FakeApi> => {
  const { path: runDir, remove } = tempFolder();
  lastly(t, remove);
  const asked: Asked[] = [];
  let server: Server | undefined;
  const open = async (): Promise<void> => {
    const made = createServer((request, response) => {
      void textOf(request).then((text) => {
        const one = {
          method: request.method ?? '',
          path: request.url ?? '',
          body: text === '' ? undefined : (JSON.parse(text) as unknown),
        };
        asked.push(one);
        const told = api.answer(one);
        if (told === undefined) response.destroy();
        else response.writeHead(told.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(told.body));
      });
    });
    server = made;
    await new Promise<void>((resolve) => made.listen(join(runDir, 'sluice.sock'), resolve));
  };
  const close = async (): Promise<void> => {
    const open = server;
    server = undefined;
    if (open === undefined) return;
    open.closeAllConnections();
    await new Promise((resolve) => open.close(resolve));
  };
  const api: FakeApi = { runDir, asked, answer, open, close };
  await open();
  lastly(t, close);
  return api;
};
