/** Something that answers on 127.0.0.1, in a process of its own. */
export interface Responder {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
}
