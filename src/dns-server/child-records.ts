/** The first code of the process that makes JSON of the zone. */
import { openRecords } from './records-responder.ts';
import { serve } from './serve.ts';

serve(openRecords);
