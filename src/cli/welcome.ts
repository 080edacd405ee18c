import { relative } from 'node:path';
import type { Config } from '../config/index.ts';

/** What `start` says once it answers: where everything is, and what to do next. */
export function welcome(config: Config, firstStart: boolean): string {
  const { issuer, production, clients, dataDir } = config;
  const rows = [['Discovery', `${issuer}/.well-known/openid-configuration`]];
  const hasDemo = !production && clients.some((client) => client.client_id === 'demo-web');
  if (hasDemo) {
    rows.push(
      ['Demo', `${issuer}/demo`],
      ...(config.smtpUrl === undefined ? [['Mailbox', `${issuer}/dev/mailbox`]] : []),
      ['Demo client', 'demo-service, secret demo-service-secret-for-development-only'],
    );
  }
  const width = Math.max(...rows.map(([label]) => label?.length ?? 0)) + 2;
  const table = rows.map(([label = '', value = '']) => `  ${label.padEnd(width)}${value}\n`).join('');
  const next = [
    ...(firstStart ? [`A new database was made in ${relative(process.cwd(), dataDir) || dataDir}.`] : []),
    ...(hasDemo ? [`Open ${issuer}/demo to sign in.`] : []),
    'Ctrl+C stops.',
  ];
  return `Gatehouse is ready at ${issuer}\n\n${table}${production ? '' : `\n${next.join(' ')}\n`}`;
}
