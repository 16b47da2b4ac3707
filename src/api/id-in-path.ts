import type { FastifyRequest } from 'fastify';
import { canonicalId } from '../rollout/app-id.ts';

/** What stands in a path in the place of '*'. */
export const restOfPath = ({ params }: FastifyRequest): string => (params as { readonly '*': string })['*'];

/** The same as the id of an app or a group: '/shop/cart' of '/apps/shop/cart' and '/apps//shop/cart/'. */
export const idInPath = (request: FastifyRequest): string => canonicalId(restOfPath(request));
