/** A file that HAProxy loads. `path` is relative to the directory of haproxy.cfg: 'haproxy.cfg', 'maps/routes.map'. */
export interface RenderedFile {
  readonly path: string;
  readonly bytes: Buffer;
}
