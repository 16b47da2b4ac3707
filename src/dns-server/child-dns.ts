/** The first code of the process that answers DNS. */
import { openDns } from './dns-responder.ts';
import { serve } from './serve.ts';

serve(openDns);
