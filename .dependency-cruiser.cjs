// The doors between the rooms of src/. Each rule's comment tells what to do instead.
const PURE = 'model|pieces|labels|rollout|desired|plan|render|picture|dns|names';

/** A room may import itself, the rooms named, and packages; nothing else of src/. */
const room = (name, allowed, comment) => ({
  name: `${name}-doors`,
  comment,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { path: '^src/', pathNot: `^src/(${[name, ...allowed].join('|')})/` },
});

module.exports = {
  forbidden: [
    room('kit', [], 'kit/ knows nothing of this domain: pass what it needs as a parameter.'),
    room('model', ['kit'], 'model/ is what Marathon says, and nothing else: decide in desired/.'),
    room('pieces', ['kit'], 'pieces/ knows texts of Marathon-LB and what they may hold, and no app: pass values as parameters.'),
    room(
      'labels',
      ['model', 'pieces', 'kit'],
      'A label file parses one label into a plain value: what follows from it is decided in desired/.',
    ),
    room(
      'rollout',
      ['model', 'labels', 'kit'],
      'rollout/ says what was decided about groups of apps, and what is to be done next: who does it is controller/.',
    ),
    {
      name: 'rollout-edits',
      comment: 'edits/ change the book by what rollout/ says: what both need is of rollout/.',
      severity: 'error',
      from: { path: '^src/rollout/', pathNot: '^src/rollout/edits/' },
      to: { path: '^src/rollout/edits/' },
    },
    room(
      'desired',
      ['model', 'labels', 'rollout', 'pieces', 'kit'],
      'desired/ turns inputs into HAProxy words. It knows neither text nor sockets: see render/ and haproxy/.',
    ),
    room('plan', ['desired', 'kit'], 'Below desired/ there are only HAProxy words: put what the plan needs to know into Desired.'),
    room(
      'render',
      ['desired', 'pieces', 'kit'],
      'render/ places values, it never decides: decide in desired/ and put the result into Desired.',
    ),
    room('haproxy', ['plan', 'desired', 'render', 'kit'], 'haproxy/ knows no Marathon word: put what it needs into Desired or the Plan.'),
    room('marathon', ['model', 'kit'], 'marathon/ turns what Marathon sends into ModelEvents: nobody below may be called from here.'),
    room('names', ['dns', 'model', 'kit'], 'names/ says what DNS sees of the model: which records that makes is decided in dns/.'),
    room(
      'mesos',
      ['dns', 'marathon', 'store', 'kit'],
      'mesos/ turns what Mesos says into what the zone names: what is answered is decided in dns/.',
    ),
    room('store', ['model', 'kit'], 'store/ keeps the model on disk as it is: decide what to do with it in picture/.'),
    room(
      'book',
      ['store', 'haproxy', 'picture', 'rollout', 'marathon', 'plan', 'kit'],
      'book/ keeps what was decided, and knows what of it is in force: what a decision may be is said in rollout/.',
    ),
    room('demo', ['kit'], 'demo/ is a stand-in for Marathon: it must know nothing of Sluice, or it could not test it.'),
    room(
      'dns-server',
      ['dns', 'store', 'kit'],
      'dns-server/ carries questions and answers, and runs what does: what is answered is decided in dns/, where tasks come from is said in daemon/.',
    ),
    room('dns', ['kit'], 'dns/ turns tasks into names and questions into answers: who asks, and where tasks come from, is said outside.'),
    room('access-log', ['kit'], 'access-log/ makes JSON of lines and writes it: what stands in them is said in templates/.'),
    room(
      'picture',
      ['desired', 'labels', 'rollout', 'model', 'plan', 'kit'],
      'picture/ is what Marathon says and what follows from it, in memory: it asks nobody and tells nobody.',
    ),
    room('belief', ['model', 'kit'], 'belief/ judges what Marathon says against what was known: it knows nothing of HAProxy.'),
    room(
      'observe',
      ['rollout', 'marathon', 'model', 'haproxy', 'desired', 'kit'],
      'observe/ looks at groups in all HAProxys, and changes nothing: what follows from it is decided in rollout/.',
    ),
    room(
      'controller',
      ['observe', 'rollout', 'marathon', 'model', 'kit'],
      'controller/ carries rollouts on: what is to be done next is decided in rollout/.',
    ),
    room('certificates', ['desired', 'render', 'kit'], 'certificates/ reads files and copies them: who asks for a reload is reload/.'),
    room(
      'isolation',
      ['picture', 'haproxy', 'desired', 'plan', 'render', 'kit'],
      'isolation/ says whose fault a refusal is and leaves it out: when HAProxy is asked is decided in reload/.',
    ),
    room(
      'reload',
      ['isolation', 'certificates', 'picture', 'haproxy', 'desired', 'plan', 'render', 'kit'],
      'reload/ does one reload after the other: why one is needed is decided in reconcile/.',
    ),
    room(
      'reconcile',
      ['reload', 'isolation', 'picture', 'haproxy', 'desired', 'plan', 'model', 'kit'],
      'reconcile/ brings HAProxy to what the picture asks for: what people see of it is worded in report/.',
    ),
    room(
      'report',
      ['book', 'reconcile', 'reload', 'belief', 'picture', 'store', 'rollout', 'marathon', 'haproxy', 'plan', 'kit'],
      'report/ tells how things are: count and decide in the room that knows.',
    ),
    room('metrics', ['report', 'kit'], 'metrics/ words what the status says for Prometheus: count in the room that knows.'),
    room(
      'api',
      ['report', 'book', 'metrics', 'rollout', 'kit'],
      'api/ shows what report/views.ts hands it, and has book/ decide: add what is missing there.',
    ),
    {
      name: 'zdd-is-for-the-command-line',
      comment: 'zdd/ is one verb, and needs no Sluice that runs: what both need belongs to a room below.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(zdd|cli)/' },
      to: { path: '^src/zdd/' },
    },
    room(
      'zdd',
      ['marathon', 'desired', 'rollout', 'labels', 'kit'],
      'zdd/ knows the balancer by its endpoints alone, as zdd.py did: it may be another one.',
    ),
    room('endpoints', ['haproxy', 'kit'], 'endpoints/ words what its Sources tell: where they get it is said in daemon/open-endpoints.ts.'),
    {
      name: 'startup-doors',
      comment: 'startup/ reads once what the start needs: what lives longer belongs to the room that looks after it.',
      severity: 'error',
      from: { path: '^src/startup/' },
      to: { path: '^src/', pathNot: '^src/((startup|certificates|desired|pieces|plan|render|kit)/|settings\\.ts$)' },
    },
    {
      name: 'startup-is-over-once-it-runs',
      comment: 'What startup/ has read is passed on as a parameter: only who starts something calls it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(startup|check|migrate|doctor|cli|daemon)/' },
      to: { path: '^src/startup/' },
    },
    {
      name: 'pure-rooms-do-no-io',
      comment: 'Pure rooms import nothing of Node but node:crypto: do the I/O in a shell room and pass the result in.',
      severity: 'error',
      from: { path: `^src/(kit|${PURE})/` },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'pure-rooms-use-no-shell-packages',
      // kit/ has what boundaries share: schemas of zod.
      comment: 'zod belongs to the boundary, pino to the shell: pure rooms return what happened.',
      severity: 'error',
      from: { path: `^src/(${PURE})/` },
      to: { path: 'node_modules/(zod|pino|fastify|execa|undici|eventsource|commander)/' },
    },
    {
      name: 'only-the-daemon-wires',
      comment: 'What lives long is wired in daemon/: pass what a room needs as a parameter.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(daemon|cli)/' },
      to: { path: '^src/daemon/' },
    },
    {
      name: 'no-circular',
      comment: 'Move what both need into a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'not-unresolvable', comment: 'The import leads nowhere.', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-packages',
      comment: 'src/ may only use what is in dependencies.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports this file: wire it or delete it.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '\\.d\\.ts$' },
      to: {},
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
