/** Apps of the demo, as `POST /v2/apps` takes them: two paths of one host, one of them sticky, and a wildcard host. */

const check = {
  protocol: 'HTTP',
  path: '/health',
  portIndex: 0,
  intervalSeconds: 2,
  timeoutSeconds: 2,
  maxConsecutiveFailures: 3,
  gracePeriodSeconds: 30,
};

const webApp = (id: string, servicePort: number, labels: Readonly<Record<string, string>>): object => ({
  id,
  cmd: './serve',
  cpus: 0.1,
  mem: 32,
  instances: 3,
  labels: { HAPROXY_GROUP: 'external', ...labels },
  portDefinitions: [{ port: servicePort, name: 'http', protocol: 'tcp' }],
  networks: [{ mode: 'host' }],
  healthChecks: [check],
});

/** `servicePorts`: three free ports. */
export const demoApps = (servicePorts: readonly number[]): readonly object[] => {
  const [first = 0, second = 0, third = 0] = servicePorts;
  return [
    webApp('/shop/web', first, { HAPROXY_0_VHOST: 'shop.localhost' }),
    webApp('/shop/cart', second, { HAPROXY_0_VHOST: 'shop.localhost', HAPROXY_0_PATH: '/cart', HAPROXY_0_STICKY: 'true' }),
    webApp('/blogs', third, { HAPROXY_0_VHOST: '*.blogs.localhost' }),
  ];
};

/** Of the first one, as somebody deploys it. */
export const nextVersion = ([first]: readonly object[]): object => ({ ...first, env: { RELEASE: '2' } });
