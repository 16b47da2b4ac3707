import type { Settings } from '../settings.ts';

/** A port of the flags. */
export interface FlagPort {
  readonly flag: string;
  readonly address: string;
  readonly port: number;
  readonly who: 'haproxy' | 'sluice';
}

/** All that the flags say to listen on. Port 0 is any free one. */
export const flagPorts = (settings: Settings): readonly FlagPort[] => {
  const edge = (flag: string, port: number): FlagPort => ({ flag, address: settings.bindAddress, port, who: 'haproxy' });
  const { listen } = settings.api;
  return [
    ...(settings.bindHttpHttps ? [edge('--http-port', settings.httpPort), edge('--https-port', settings.httpsPort)] : []),
    { ...edge('--stats-port', settings.statsPort), address: settings.stats.address ?? settings.bindAddress },
    edge('--app-id-port', settings.appIdPort),
    ...(listen === undefined || listen.port === 0
      ? []
      : [{ flag: '--api-listen', address: listen.host, port: listen.port, who: 'sluice' as const }]),
  ];
};
