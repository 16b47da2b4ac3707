import type { Place } from '../../src/pieces/catalogue.ts';
import type { Own } from '../../src/pieces/entitlement/own.ts';

/** The app /shop with its service port 10000. */
export const OWN: Own = {
  backend: 'shop_10000',
  servicePort: 10000,
  mode: 'http',
  folders: ['templates'],
  files: ['/etc/ssl/shop.pem'],
  server: { name: 'agent_31000', id: 7, address: '10.0.0.1' },
};

export const PLACES: readonly Place[] = [
  'userlist',
  'http-rules',
  'https-rules',
  'app-id-rules',
  'frontend',
  'frontend-rules',
  'backend',
  'backend-body',
  'server',
  'server-words',
];
