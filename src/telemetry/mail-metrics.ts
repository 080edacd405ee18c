import { Counter } from 'prom-client';
import type { Metrics } from './metrics.ts';

const RESULTS = ['sent', 'retried', 'failed'] as const;

/** Counts tries to send a mail by how they ended; `failed`: there is no other. */
export function countMails({ registry }: Metrics) {
  const mails = new Counter({
    name: 'mails_total',
    help: 'Tries to send a mail, by result; of a failed one there is no other.',
    labelNames: ['result'],
    registers: [registry],
  });
  for (const result of RESULTS) mails.inc({ result }, 0);
  return (result: (typeof RESULTS)[number]) => mails.inc({ result });
}
