import type { Half } from '../../src/pieces/translate.ts';

/** Lines of old HAProxys, each with what stands in their place: in docs/templates.md too, which a test holds against this. */
export interface Row {
  readonly old: string;
  /** Undefined: there is no equivalent, and the problem says what to write. */
  readonly now: readonly string[] | undefined;
  /** Which section it stands in; backend where not said. */
  readonly half?: Half;
  /** Of `global`: HAProxy is asked there. */
  readonly isGlobal?: true;
  /** 2.6 only warns of the old line. */
  readonly onlyWarned?: true;
}

export const ROWS: readonly Row[] = [
  {
    old: 'rspadd Strict-Transport-Security:\\ max-age=15768000',
    now: ['http-response add-header Strict-Transport-Security max-age=15768000'],
  },
  { old: 'rspadd X-Cost:\\ 5% if { status 200 }', now: ['http-response add-header X-Cost 5%% if { status 200 }'] },
  { old: 'reqadd X-Forwarded-Proto:\\ https if { ssl_fc }', now: ['http-request add-header X-Forwarded-Proto https if { ssl_fc }'] },
  { old: 'reqidel ^X-Forwarded-For:.*', now: ['http-request del-header X-Forwarded-For'] },
  { old: 'reqidel ^X-Internal', now: ['http-request del-header X-Internal -m beg'] },
  { old: 'rspidel ^Server:', now: ['http-response del-header Server'] },
  { old: 'rspdel ^Server:\\ old', now: undefined },
  {
    old: 'reqirep ^([^\\ :]*)\\ /prefix/(.*) \\1\\ /\\2',
    now: ['http-request replace-pathq (?i)^/prefix/(.*) /\\1'],
  },
  {
    old: 'reqrep "^([^ :]*) /test/?(.*)" "\\1 /\\2"',
    now: ['http-request replace-pathq ^/test/?(.*) /\\1'],
  },
  {
    old: 'reqrep ^(GET|POST)\\ /old/(.*)\\ (.*) \\1\\ /new/\\2\\ \\3 if { hdr(host) a } or { hdr(host) b }',
    now: ['http-request replace-pathq ^/old/(.*)$ /new/\\1 if { method GET POST } { hdr(host) a } or { method GET POST } { hdr(host) b }'],
  },
  {
    old: 'reqirep ^Host:\\ (.*)\\.old\\.example Host:\\ \\1.new.example',
    now: ['http-request replace-header Host (?i)^(.*)\\.old\\.example \\1.new.example'],
  },
  { old: 'reqirep ^X-Old:\\ (.*) X-New:\\ \\1', now: undefined },
  { old: 'reqrep ^GET\\ /a GET\\ /b', now: undefined },
  { old: 'reqrep foo bar', now: undefined },
  {
    old: 'rspirep "^Location: (https?://shop.example(:[0-9]+)?)?(/.*)" "Location:   /root\\3" if { res.hdr(Location) -m found }',
    now: ['http-response replace-header Location (?i)^(https?://shop.example(:[0-9]+)?)?(/.*) /root\\3 if { res.hdr(Location) -m found }'],
  },
  { old: 'rsprep ^HTTP/1.1\\ 404 HTTP/1.1\\ 200', now: undefined },
  { old: 'reqideny ^[^\\ :]*\\ /secret', now: ['http-request deny if { pathq -m reg -i ^/secret }'] },
  {
    old: 'reqdeny ^User-Agent:\\ .*bot unless { src 10.0.0.1 }',
    now: ['http-request deny if { req.fhdr(User-Agent) -m reg ^.*bot } !{ src 10.0.0.1 }'],
  },
  { old: 'reqtarpit ^User-Agent:\\ bad', now: ['http-request tarpit if { req.fhdr(User-Agent) -m reg ^bad }'] },
  { old: 'reqiallow ^GET\\ /public', now: ['http-request allow if { method GET } { pathq -m reg -i ^/public }'] },
  { old: 'rspideny ^X-Secret:', now: ['http-response deny if { res.fhdr(X-Secret) -m found }'] },
  { old: 'reqisetbe ^[^\\ :]*\\ /img other', half: 'frontend', now: ['use_backend other if { pathq -m reg -i ^/img }'] },
  { old: 'reqpass ^GET', now: undefined },
  { old: 'block if { path /x }', now: ['http-request deny if { path /x }'] },
  { old: 'redispatch', now: ['option redispatch'] },
  { old: 'contimeout 3s', now: ['timeout connect 3s'] },
  { old: 'srvtimeout 30m', now: ['timeout server 30m'] },
  { old: 'clitimeout 30m', half: 'frontend', now: ['timeout client 30m'] },
  { old: 'appsession SID len 20 timeout 1h', now: undefined },
  { old: 'option forceclose', now: ['option httpclose'] },
  { old: 'no option forceclose', now: ['no option httpclose'] },
  { old: 'option http-tunnel', now: [] },
  { old: 'option http-use-htx', now: [] },
  { old: 'option independant-streams', now: ['option independent-streams'] },
  { old: 'option http_proxy', now: undefined },
  { old: 'option dontlognull', now: [], onlyWarned: true },
  { old: 'option prefer-last-server', half: 'frontend', now: [], onlyWarned: true },
  {
    old: 'option httpchk GET /health HTTP/1.1\\r\\nHost:\\ shop.example\\r\\nX-Check:\\ 1',
    now: ['option httpchk GET /health HTTP/1.1', 'http-check send hdr Host shop.example hdr X-Check 1'],
    onlyWarned: true,
  },
  { old: 'mode health', now: undefined },
  { old: 'monitor-net 10.0.0.0/8', half: 'frontend', now: ['http-request return status 200 if { src 10.0.0.0/8 }'] },
  { old: 'grace 5s', now: [] },
  { old: 'bind-process 1', now: [], onlyWarned: true },
  { old: 'bind 127.0.0.1:1 process 1', half: 'frontend', now: ['bind 127.0.0.1:1'], onlyWarned: true },
  { old: 'nbproc 1', isGlobal: true, now: [] },
  { old: 'tune.chksize 16384', isGlobal: true, now: [] },
  { old: 'stats bind-process 1', isGlobal: true, now: [], onlyWarned: true },
];
