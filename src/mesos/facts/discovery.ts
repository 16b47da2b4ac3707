import { z } from 'zod';

/** The same in the state and in events. */
export const discoverySchema = z
  .object({
    name: z.string().default(''),
    ports: z
      .object({
        ports: z
          .array(z.object({ number: z.number().int().min(0).max(65_535), protocol: z.string().default(''), name: z.string().default('') }))
          .default([]),
      })
      .default({ ports: [] }),
  })
  .transform(({ name, ports }) => ({ name, ports: ports.ports }));
