import { fileURLToPath } from 'node:url';
import { table } from '../table.ts';

/** Where everything of the demo is. */
export interface Places {
  readonly marathon: string;
  readonly http: string;
  readonly https: string;
  readonly stats: string;
  readonly api: string;
  readonly dnsPort: number;
  readonly runDir: string;
  /** Address of one of the agents, where tasks run. */
  readonly agent: string;
  /** File with the next version of /shop/web. */
  readonly next: string;
}

/** Elsewhere npx would ask the registry for a package of this name. */
const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** What to open and what to try. Every command works as it is printed, in a second terminal. */
export const guide = (places: Places): readonly string[] => {
  const httpPort = new URL(places.http).port;
  const runDir = `--run-dir ${places.runDir}`;
  const json = "-H 'Content-Type: application/json'";
  return [
    'Sluice runs: a stand-in for Marathon with live tasks, HAProxy, and a small steady load.',
    '',
    ...table([
      ['open', `http://shop.localhost:${httpPort}/`, 'a virtual host, over three tasks'],
      ['', `${places.stats}/haproxy?stats`, "HAProxy's statistics"],
      ['', `${places.marathon}/v2/apps`, 'Marathon (the stand-in)'],
      ['', `${places.api}/status`, 'the API of Sluice'],
    ]),
    '',
    `Try in a second terminal, in ${CHECKOUT}, and watch the failures stay at 0 here:`,
    '',
    `  1. ask a virtual host      curl -s -H 'Host: shop.localhost' ${places.http}/`,
    `  2. scale an app            curl -s -X PUT ${json} -d '{"instances":6}' ${places.marathon}/v2/apps/shop/web`,
    `  3. kill a task             curl -s -X DELETE "${places.marathon}/v2/apps/shop/web/tasks?host=${places.agent}"`,
    `  4. roll a new version      curl -s -X PUT ${json} -d '{"env":{"RELEASE":"2"}}' "${places.marathon}/v2/apps/shop/cart?force=true"`,
    `  5. show the plan           npx sluice plan ${runDir}`,
    `  6. roll out by shares      npx sluice rollout start -f ${places.next} --steps 10,50,100 --hold 30s --gate 'errors<1%' --keep 10m ${runDir}`,
    `  7. watch it                npx sluice rollout watch /shop/web ${runDir}`,
    `  8. hold it, share by hand  npx sluice rollout pause /shop/web ${runDir} && npx sluice shift /shop/web green=75 ${runDir}`,
    `  9. back to the old app     npx sluice rollout abort /shop/web ${runDir}`,
    ` 10. resolve its name       dig @127.0.0.1 -p ${places.dnsPort} web.shop.marathon.mesos`,
    '',
    `Also: npx sluice explain /shop/web ${runDir}`,
    'Ctrl-C ends everything and leaves nothing behind.',
    '',
  ];
};
