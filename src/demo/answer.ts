/** What a route answers, before headers that every answer has. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Undefined: no body at all. */
  readonly body?: string | Buffer;
  /** Default application/json. */
  readonly contentType?: string;
}

/** A request that is refused: thrown by whoever notices, answered by the router. */
export class Refused extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}: ${String(answer.body)}`);
    this.answer = answer;
  }
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: JSON.stringify(value) };
}

export function message(status: number, text: string): Answer {
  return json(status, { message: text });
}

export function refuse(status: number, text: string): never {
  throw new Refused(message(status, text));
}

/** Jetty's own error page. */
export function jettyPage(status: number, reason: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const title = `Error ${status} ${reason}`;
  const body = `<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>\n<title>${title}</title>\n</head>\n<body><h2>HTTP ERROR ${status}</h2>\n<p>Problem accessing the resource. Reason:\n<pre>    ${reason}</pre></p>\n</body>\n</html>\n`;
  return { status, headers, body, contentType: 'text/html;charset=iso-8859-1' };
}
