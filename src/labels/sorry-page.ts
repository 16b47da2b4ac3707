import { type Page, pageOf } from '../kit/page.ts';
import type { PortLabel } from './label.ts';

/** HAPROXY_{n}_SORRY_PAGE: what is answered with 503 while no server can; the port keeps its routes (http only). */
export const sorryPage: PortLabel<Page | undefined> = { name: 'SORRY_PAGE', absent: undefined, parse: pageOf };
