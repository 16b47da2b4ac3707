import { type Agent, request, type IncomingHttpHeaders } from 'node:http';
import { type Agent as TlsAgent, request as requestByTls } from 'node:https';

/** A request to something that listens on 127.0.0.1. */
export interface Asked {
  readonly port: number;
  /** Of the header Host. */
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** By TLS, whatever the certificate; '' = without the name of a server. Absent: in plain text. */
  readonly servername?: string;
  /** Of kept connections; absent: on a connection of its own. */
  readonly agent?: Agent | TlsAgent;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** By HTTP/1.1. Rejects where there is no whole answer. */
export const ask = async (asked: Asked): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const { port, host = 'nobody.example', path = '/', method = 'GET', headers = {}, servername, agent = false } = asked;
    const options = { host: '127.0.0.1', port, path, method, agent, headers: { host, ...headers } };
    const outgoing = servername === undefined ? request(options) : requestByTls({ ...options, servername, rejectUnauthorized: false });
    outgoing.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });

/** Header of a log-in. `login`: 'user:password'. */
export const basic = (login: string): Readonly<Record<string, string>> => ({
  authorization: `Basic ${Buffer.from(login).toString('base64')}`,
});
