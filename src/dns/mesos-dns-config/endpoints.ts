import { shown } from '../../kit/shown.ts';
import { addressAndPort, type Endpoint, endpointText, hostAndPort } from './endpoint.ts';

interface Endpoints {
  readonly endpoints: readonly Endpoint[];
  readonly problems: readonly string[];
}

const DNS_PORT = 53;

const listOf = (key: string, words: readonly string[], parse: (word: string) => Endpoint | undefined, needs: string): Endpoints => {
  const known = new Set<string>();
  const endpoints: Endpoint[] = [];
  const problems: string[] = [];
  for (const word of words) {
    const endpoint = parse(word);
    const text = endpoint === undefined ? '' : endpointText(endpoint);
    if (endpoint === undefined) problems.push(`${key}: ${shown(word)} is not ${needs}`);
    else if (known.has(text)) problems.push(`${key}: ${shown(word)} stands there twice: leave one out`);
    else endpoints.push(endpoint);
    known.add(text);
  }
  return { endpoints, problems };
};

/** Names are taken too: they are looked up when they are needed. */
export const mastersOf = (words: readonly string[]): Endpoints =>
  listOf('masters', words, hostAndPort, 'HOST:PORT, as 10.0.0.1:5050, with a port from 1 to 65535');

export const resolversOf = (key: string, words: readonly string[]): Endpoints =>
  listOf(key, words, (word) => addressAndPort(word, DNS_PORT), 'an IP address or IP:PORT, as 10.0.0.2 or [fd00::2]:53');
