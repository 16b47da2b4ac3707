import type { Check } from './check.ts';
import { api } from './checks/api.ts';
import { certificates } from './checks/certificates.ts';
import { clock } from './checks/clock.ts';
import { dns } from './checks/dns.ts';
import { folders } from './checks/folders.ts';
import { haproxyUser } from './checks/haproxy-user.ts';
import { haproxy } from './checks/haproxy.ts';
import { kernel } from './checks/kernel.ts';
import { lowPorts } from './checks/low-ports.ts';
import { marathon } from './checks/marathon.ts';
import { node } from './checks/node.ts';
import { openFiles } from './checks/open-files.ts';
import { peers } from './checks/peers.ts';
import { ports } from './checks/ports.ts';
import { runDir } from './checks/run-dir.ts';
import { templates } from './checks/templates.ts';

/** In the order in which they are told. A new check is a file and a line here. */
export const CHECKS: readonly Check[] = [
  node,
  haproxy,
  haproxyUser,
  templates,
  folders,
  runDir,
  ports,
  dns,
  lowPorts,
  openFiles,
  certificates,
  api,
  marathon,
  peers,
  clock,
  kernel,
];
