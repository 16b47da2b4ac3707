import { type Command, Option } from 'commander';
import { addApiFlags } from './api-flags.ts';
import { collect } from './collect.ts';
import { addDnsFlags } from './dns-flags.ts';
import { addProxyFlags } from './proxy-flags.ts';
import { addStatsFlags } from './stats-flags.ts';

const flag = (command: Command, flags: string, description: string, env?: string): void => {
  const option = new Option(flags, description);
  command.addOption(env === undefined ? option : option.env(env));
};

/** Which apps are taken, and how they are turned into a configuration: flags of `run` and `render` alike. Names are Marathon-LB's where it had them. */
export const addBuildFlags = (command: Command): Command => {
  command.addOption(
    new Option('--group <name>', 'take apps whose HAPROXY_GROUP holds this name; may be given more than once; * takes all').argParser(
      collect,
    ),
  );
  flag(command, '-H, --health-check', 'take only tasks that Marathon has seen healthy, in apps that define health checks');
  flag(command, '--strict-mode', 'take only ports with HAPROXY_{n}_ENABLED=true');
  flag(
    command,
    '--compat <mode>',
    'fixed, or strict: as Marathon-LB did, also where that was a mistake; docs/marathon-lb.md says where (default: fixed)',
    'SLUICE_COMPAT',
  );
  flag(
    command,
    '--min-serv-port-ip-per-task <port>',
    'first of the service ports for apps with an address for each task that name none; 0 with the next: they get none (default: 10050)',
  );
  flag(command, '--max-serv-port-ip-per-task <port>', 'the last of them (default: 10100)');
  flag(command, '--dont-bind-http-https', 'no http and https frontends');
  flag(command, '--dont-bind-service-ports', 'no listener on service ports: apps are reached by virtual host and app id only');
  flag(command, '--group-https-by-vhost', 'HAPROXY_{n}_BIND_OPTIONS hold for the virtual hosts of their port on the https port too');
  flag(
    command,
    '--ssl-certs <paths>',
    'certificates of the https frontend, comma separated files or directories; without it a self-signed one is made',
  );
  flag(command, '--tls-passthrough', 'apps may have TLS connections as they are, by HAPROXY_{n}_TLS_PASSTHROUGH');
  flag(
    command,
    '--app-certs <paths>',
    'files and folders, comma separated, whose files apps may name by SSL_CERT and BIND_OPTIONS, besides those of --ssl-certs',
    'SLUICE_APP_CERTS',
  );
  flag(
    command,
    '--sorry-page <file>',
    'page (text or HTML, 8 KiB at most) that is answered with 503 where no server of an app can, and for hosts that nobody has',
    'SLUICE_SORRY_PAGE',
  );
  flag(command, '--bind-address <address>', 'address of the listeners: * or an IP address (default: *)', 'SLUICE_BIND_ADDRESS');
  flag(command, '--http-port <port>', 'port of the http frontend (default: 80)', 'SLUICE_HTTP_PORT');
  flag(command, '--https-port <port>', 'port of the https frontend (default: 443)', 'SLUICE_HTTPS_PORT');
  flag(command, '--stats-port <port>', 'port of the statistics page (default: 9090)', 'SLUICE_STATS_PORT');
  addStatsFlags(command);
  addProxyFlags(command);
  flag(command, '--app-id-port <port>', 'port of the frontend that routes by X-Marathon-App-Id (default: 9091)', 'SLUICE_APP_ID_PORT');
  flag(command, '--templates-dir <folder>', 'templates (*.hbs) in place of the built-in ones of the same name', 'SLUICE_TEMPLATES_DIR');
  flag(command, '--haproxy <path>', 'the HAProxy binary (default: haproxy)', 'SLUICE_HAPROXY');
  flag(
    command,
    '--haproxy-user <name>',
    "as whom HAProxy serves where Sluice is root (default: haproxy, where there is such a user); 'off': as root",
    'SLUICE_HAPROXY_USER',
  );
  flag(
    command,
    '--maxconn <n>',
    'connections at once (default: 10000, or fewer where the limit of open files asks for it)',
    'SLUICE_MAXCONN',
  );
  flag(command, '--hard-stop-after <seconds>', 'longest life of a worker that was replaced (default: 1800)', 'SLUICE_HARD_STOP_AFTER');
  flag(
    command,
    '--max-old-workers <n>',
    'replaced workers at most: the oldest is ended when there are more (default: 20)',
    'SLUICE_MAX_OLD_WORKERS',
  );
  flag(
    command,
    '--max-old-worker-memory <megabytes>',
    'what replaced workers may have together: the oldest is ended when it is more (default: 2048)',
    'SLUICE_MAX_OLD_WORKER_MEMORY',
  );
  flag(command, '--access-log', 'each request and connection as a line of JSON on standard output');
  flag(command, '--state-dir <folder>', 'what must outlive a restart (default: /var/lib/sluice)', 'SLUICE_STATE_DIR');
  flag(command, '--run-dir <folder>', 'sockets and HAProxy files (default: /run/sluice)', 'SLUICE_RUN_DIR');
  return command;
};

/** How Marathon is asked: flags of `run`, `check` and `doctor`. */
export const addMarathonAccessFlags = (command: Command): Command => {
  flag(command, '--auth-credentials <user:password>', 'HTTP basic authentication at Marathon');
  flag(command, '--marathon-auth-credential-file <path>', 'the same, from the first line of a file');
  flag(
    command,
    '--dcos-auth-credentials <json>',
    'service account of DC/OS: JSON with uid, private_key and login_endpoint; better by its variable, which is in no list of processes',
    'DCOS_SERVICE_ACCOUNT_CREDENTIAL',
  );
  flag(
    command,
    '--marathon-ca-cert <path>',
    'CA certificates that sign Marathon’s and those of the login at DC/OS (PEM); certificates are always verified',
  );
  return command;
};

/** The source of apps and the daemon itself: flags of `run`. */
export const addRunFlags = (command: Command): Command => {
  addBuildFlags(command);
  flag(command, '-m, --marathon <url...>', 'one or more addresses of one Marathon (default: http://master.mesos:8080)');
  flag(command, '-s, --sse', 'follow the event stream; this is the default');
  flag(command, '--poll', 'read all apps now and then, without the event stream');
  flag(command, '--poll-interval <seconds>', 'pause between reads with --poll (default: 60)', 'POLL_INTERVAL');
  flag(
    command,
    '--audit-interval <seconds>',
    'full read of Marathon while its stream is well, and full look at HAProxy (default: 300)',
    'SLUICE_AUDIT_INTERVAL',
  );
  flag(command, '--max-backoff <seconds>', 'longest pause before the stream is opened again (default: 300)');
  addMarathonAccessFlags(command);
  addApiFlags(command);
  flag(
    command,
    '--rollouts <where>',
    'where shares, rollouts and overrides are kept: marathon:APP-ID, file:PATH or off (default: marathon:/sluice/rollouts)',
    'SLUICE_ROLLOUTS',
  );
  flag(
    command,
    '--controller <when>',
    'carry rollouts on: auto (where this is the oldest Sluice of its app, or alone), on, off (default: auto)',
    'SLUICE_CONTROLLER',
  );
  flag(
    command,
    '--peers <who>',
    'the other Sluices that send to the same apps: auto (the other tasks of its own app in Marathon), off, or URLs of their statistics ports, comma separated (default: auto)',
    'SLUICE_PEERS',
  );
  flag(
    command,
    '--hooks-dir <folder>',
    'commands that gates of rollouts may run are the files in there (default: none)',
    'SLUICE_HOOKS_DIR',
  );
  flag(command, '--local-probes', "probes of gates may go to this host's own addresses, and to those of a cloud's metadata");
  addDnsFlags(command);
  flag(command, '--dont-serve-signals', 'nobody may have all read or HAProxy reloaded by /_mlb_signal on the statistics port');
  flag(
    command,
    '--max-staleness <seconds>',
    '/ready turns red when Marathon was not heard for so long (default: 600)',
    'SLUICE_MAX_STALENESS',
  );
  flag(
    command,
    '--max-loss <percent>',
    'hold a full read that has so much less of the apps or tasks, until `sluice confirm` (default: 50; 100: hold none)',
    'SLUICE_MAX_LOSS',
  );
  flag(
    command,
    '--drain-grace <seconds>',
    'at SIGTERM: serve on for so long while health checks answer 503, then stop (default: 10)',
    'SLUICE_DRAIN_GRACE',
  );
  flag(
    command,
    '--stop-limit <seconds>',
    'longest time that connections may take to end when HAProxy is stopped (default: 10)',
    'SLUICE_STOP_LIMIT',
  );
  flag(command, '--keep-haproxy', 'leave HAProxy running at SIGTERM or SIGINT, for an upgrade of Sluice');
  flag(command, '--log-level <level>', 'fatal, error, warn, info, debug, trace or silent (default: info)', 'SLUICE_LOG_LEVEL');
  return command;
};
