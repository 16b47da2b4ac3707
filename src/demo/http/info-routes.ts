import { type Answer, json } from '../answer.ts';
import type { World } from '../world.ts';
import type { Call, Route } from './call.ts';

function info(world: World, { leader }: Call): Answer {
  const [hostname = '', port = ''] = leader.hostAndPort.split(':');
  return json(200, {
    name: 'marathon',
    version: world.personality.release,
    buildref: 'unknown',
    elected: true,
    leader: leader.hostAndPort,
    frameworkId: `${world.masterId}-0000`,
    marathon_config: {
      access_control_allow_origin: null,
      checkpoint: true,
      decline_offer_duration: 120_000,
      default_network_name: null,
      env_vars_prefix: null,
      executor: '//cmd',
      failover_timeout: 604_800,
      features: world.personality.reportsKilling ? ['task_killing'] : [],
      framework_name: 'marathon',
      ha: true,
      hostname,
      launch_token: 100,
      launch_token_refresh_interval: 30_000,
      leader_proxy_connection_timeout_ms: 5000,
      leader_proxy_read_timeout_ms: 10_000,
      local_port_max: 20_000,
      local_port_min: 10_000,
      master: 'zk://zk-1:2181/mesos',
      max_instances_per_offer: 5,
      mesos_bridge_name: 'mesos-bridge',
      mesos_leader_ui_url: 'http://10.0.0.1:5050/',
      mesos_role: '*',
      mesos_user: 'root',
      new_group_enforce_role: 'off',
      reconciliation_interval: 600_000,
      task_launch_timeout: 300_000,
      webui_url: null,
    },
    zookeeper_config: { zk: 'zk://zk-1:2181/marathon', zk_timeout: 10_000, zk_session_timeout: 10_000, zk_max_versions: 50 },
    http_config: { http_port: Number(port), https_port: 8443 },
  });
}

/** Marathon's most whimsical content negotiation. */
function ping(_world: World, { accept }: Call): Answer {
  if (accept.includes('application/json')) return json(200, 'pong');
  return /text\/plain|text\/\*|\*\/\*/.test(accept) ? { status: 200, body: 'pong', contentType: 'text/plain' } : { status: 204 };
}

function abdicate(_world: World, { leader }: Call): Answer {
  leader.abdicate();
  return json(200, { message: 'Leadership abdicated' });
}

export const infoRoutes: readonly Route[] = [
  { method: 'GET', pattern: /^\/v2\/info\/?$/, handle: info },
  { method: 'GET', pattern: /^\/ping\/?$/, handle: ping },
  { method: 'GET', pattern: /^\/v2\/leader\/?$/, handle: (_world, { leader }) => json(200, { leader: leader.hostAndPort }) },
  { method: 'DELETE', pattern: /^\/v2\/leader\/?$/, handle: abdicate },
  { method: 'GET', pattern: /^\/v2\/plugins\/?$/, handle: () => json(200, { plugins: [] }) },
  {
    method: 'GET',
    pattern: /^\/metrics\/?$/,
    handle: () => json(200, { gauges: {}, counters: {}, histograms: {}, meters: {}, timers: {} }),
  },
  { method: 'GET', pattern: /^\/$/, handle: () => ({ status: 302, headers: { Location: '/ui/' } }) },
];
