import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { nonsense } from './failures.ts';
import { header, type Answer } from './http.ts';

/** The bytes of an answer, decompressed. */
const plainBody = (answer: Answer): Readable => {
  if (!/\bgzip\b/i.test(header(answer, 'content-encoding'))) return answer.body;
  const gunzip = createGunzip();
  answer.body.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => answer.body.destroy());
  return answer.body.pipe(gunzip);
};

/**
 * The whole body of an answer that should be JSON.
 * @throws SluiceError MARATHON_NONSENSE when it is not JSON by its type (a proxy's page), or too big
 */
export const readJson = async (answer: Answer, maxBytes: number): Promise<Buffer> => {
  const type = header(answer, 'content-type');
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) throw nonsense(answer.url, `answered with "${type}" and not with JSON`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of plainBody(answer) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw nonsense(answer.url, `answered with more than ${maxBytes} bytes, the limit for this request`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
