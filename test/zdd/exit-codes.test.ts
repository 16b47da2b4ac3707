import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Cluster, openCluster } from './cluster.ts';
import { blue, DEFINITION, whats } from './fixtures.ts';
import { type Given, runZdd } from './in-process.ts';

/** What is there, what is asked for, and what is said. */
interface Case extends Partial<Given> {
  readonly code: number;
  readonly what: string;
  readonly there?: (cluster: Cluster) => void;
  readonly told: RegExp;
  /** What is changed in the end. */
  readonly changes?: readonly string[];
}

const without = (label: string): unknown => ({
  ...DEFINITION,
  labels: Object.fromEntries(Object.entries(DEFINITION.labels).filter(([name]) => name !== label)),
});

const refuse = (to: string) => (cluster: Cluster) => {
  blue(cluster);
  cluster.instead.push({ to, status: 403, body: '{"message":"Not Authorized"}', times: 99 });
};

const CREATED = 'POST /v2/apps';
const KILLED = 'POST /v2/tasks/delete?scale=true';

const CASES: readonly Case[] = [
  { code: 1, what: 'the first question is answered with no', input: 'no\n', told: /nothing was created, as you say/ },
  {
    code: 1,
    what: 'a later question is answered with no',
    input: 'y\nn\n',
    there: blue,
    told: /nothing was killed, as you say\. \/nginx-green with 1 instance and \/nginx-blue with 3.*--resume goes on/,
    changes: [CREATED],
  },
  { code: 2, what: 'nobody answers', input: '', told: /standard input has ended: --force asks nothing/ },
  { code: 2, what: 'the file is no JSON', definition: '{"id":', told: /--json: .*app\.json is no JSON/ },
  {
    code: 2,
    what: 'the hook fails',
    options: { hook: 'false' },
    there: blue,
    told: /false ended with 1: nothing was killed/,
    changes: [CREATED],
  },
  {
    code: 2,
    what: 'there is no such hook',
    options: { hook: '/no/hook' },
    there: blue,
    told: /\/no\/hook cannot be run: .*ENOENT/,
    changes: [CREATED],
  },
  {
    code: 3,
    what: 'there is nothing to complete',
    options: { found: 'complete previous' },
    there: blue,
    told: /need two apps of the group, and there is only \/nginx-blue/,
  },
  { code: 4, what: 'no group', definition: without('HAPROXY_DEPLOYMENT_GROUP'), told: /has no HAPROXY_DEPLOYMENT_GROUP/ },
  { code: 4, what: 'no second port', definition: without('HAPROXY_DEPLOYMENT_ALT_PORT'), told: /has no HAPROXY_DEPLOYMENT_ALT_PORT/ },
  { code: 4, what: 'no id', definition: { ...DEFINITION, id: null }, told: /has no id/ },
  { code: 4, what: 'no service port', definition: { ...DEFINITION, container: null }, told: /nginx has no service port: write one/ },
  {
    code: 5,
    what: 'the balancer cannot be seen',
    balancer: 'http://127.0.0.1:9',
    there: blue,
    told: /the balancer at 127\.0\.0\.1:9 cannot be seen: .*ECONNREFUSED/,
  },
  { code: 6, what: 'Marathon cannot be read', marathon: 'http://127.0.0.1:9', told: /the apps cannot be read: .*ECONNREFUSED/ },
  {
    code: 7,
    what: 'the app cannot be created',
    there: (cluster) => cluster.world.create({ id: '/nginx-blue', instances: 1, labels: {} }),
    told: /\/nginx-blue could not be created: Marathon answered 409: .*already exists/,
    changes: [CREATED],
  },
  {
    code: 8,
    what: 'the app cannot be deleted',
    options: { initialInstances: 3 },
    there: refuse('DELETE'),
    told: /\/nginx-blue cannot be deleted: Marathon at \S+ answered 403: .*\(Not Authorized\.?\)\. \/nginx-green with 3 instances/,
    changes: [CREATED, 'DELETE /v2/apps/nginx-blue'],
  },
  {
    code: 9,
    what: 'tasks cannot be killed',
    there: refuse(KILLED),
    told: /tasks of \/nginx-blue cannot be killed: Marathon at \S+ answered 403/,
    changes: [CREATED, KILLED],
  },
  {
    code: 9,
    what: 'the app cannot be scaled',
    there: refuse('PUT'),
    told: /\/nginx-green cannot be scaled to 2 instances: .*403/,
    changes: [CREATED, KILLED, 'PUT /v2/apps/nginx-green'],
  },
  {
    code: 9,
    what: 'Marathon has it locked for longer than --max-wait',
    options: { maxWaitMs: 0 },
    there: (cluster) => {
      blue(cluster);
      cluster.instead.push({ to: KILLED, status: 409, body: '{"message":"App is locked by one or more deployments."}', times: 99 });
    },
    told: /App is locked by one or more deployments/,
    changes: [CREATED, KILLED],
  },
];

describe("a deployment ends with zdd.py's exit code and says what to do", () => {
  for (const { code, what, there, told, changes = [], ...given } of CASES)
    it(`${code} where ${what}`, async (t) => {
      const cluster = await openCluster(t);
      there?.(cluster);
      const came = await runZdd(cluster, { definition: DEFINITION, ...given });
      assert.equal(came.code, code, came.told);
      assert.match(came.told, told);
      assert.deepEqual(whats(cluster), changes);
    });
});
