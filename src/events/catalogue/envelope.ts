import { z } from 'zod';

/**
 * An event as everybody outside gets it: CloudEvents 1.0 in JSON, its attributes in lower case as the specification asks
 * (§3.1). Where somebody came from is not in it: that is the audit's to tell.
 */
export const envelope = z.strictObject({
  specversion: z.literal('1.0'),
  id: z.string().meta({ description: 'UUIDv7; the same however often it is delivered' }),
  source: z.string().meta({ description: 'The issuer' }),
  type: z.string(),
  subject: z.string().exactOptional().meta({ description: 'Whose event it is; those of one subject come in order' }),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  sequence: z.string().meta({ description: 'Its place in the log: a decimal number that only grows, with gaps' }),
  correlationid: z.string().exactOptional().meta({ description: 'The X-Correlation-ID of what caused it' }),
  actor: z.string().exactOptional().meta({
    description:
      '`user:<id>`, `candidate:<id>`, `client:<client_id>`, `operator:<name>` or `system`: who caused it, where it is known',
  }),
  clientid: z.string().exactOptional().meta({ description: 'By way of which application' }),
  data: z.record(z.string(), z.unknown()),
});

export type CloudEvent = z.infer<typeof envelope>;
