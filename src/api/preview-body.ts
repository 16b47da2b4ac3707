import { z } from 'zod';
import { shortList } from './short-list.ts';

const MOST_NETWORKS = 200;

const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

/** Who may look at a colour that has no share. */
export const previewBody = z.strictObject({ networks: shortList(MOST_NETWORKS, network).exactOptional(), hosts: z.boolean() });
