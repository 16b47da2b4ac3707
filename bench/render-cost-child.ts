// One full build and render of the list of apps in a file, in a process of its own; prints CPU seconds and peak memory as JSON.
import { readFileSync } from 'node:fs';
import { toEntries } from '../src/marathon/payload/list.ts';
import { Picture } from '../src/picture/picture.ts';
import { loadTemplates } from '../src/startup/template-files.ts';
import { Renderer } from '../src/render/renderer.ts';
import { compileTemplates } from '../src/render/templates.ts';

const read = await toEntries(readFileSync(process.argv[2] ?? ''), new AbortController().signal);
const entries = read.flatMap(({ value }) => (value === undefined ? [] : [value]));
const templates = compileTemplates(loadTemplates(undefined));

const before = process.cpuUsage();
const picture = new Picture(
  {
    groups: ['external'],
    strictMode: false,
    compat: 'fixed',
    healthCheck: false,
    bindHttpHttps: true,
    bindServicePorts: true,
    listenerSuffix: '',
    bindAddress: '127.0.0.1',
    httpPort: 80,
    httpsPort: 443,
    statsPort: 9090,
    appIdPort: 9091,
    apiPort: 9092,
    overrides: new Map(),
    certificates: ['/etc/ssl/site.pem'],
  },
  {
    runDir: '/run/sluice',
    maxConnections: 10_000,
    hardStopAfterSeconds: 1800,
    defaultOptions: ['redispatch', 'dontlognull'],
    templatesDigest: templates.digest,
  },
);
picture.take({ kind: 'snapshot', entries, keep: new Set() });
const files = new Renderer(templates).render(picture.desired, picture.fingerprint);
const { user, system } = process.cpuUsage(before);

const servers = [...picture.desired.backends.values()].reduce((sum, backend) => sum + backend.servers.length, 0);
console.log(
  JSON.stringify({
    cpuSeconds: (user + system) / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    servers,
    configMegabytes: (files[0]?.bytes.length ?? 0) / 1e6,
  }),
);
