import type { Config } from '../config/index.ts';

/** What `start` says once it answers: where everything is, and what to do next. */
export function welcome(config: Config, firstStart: boolean): string {
  const { issuer, production, clients } = config;
  const rows = [['Discovery', `${issuer}/.well-known/openid-configuration`]];
  if (!production && clients.some((client) => client.client_id === 'demo-web')) {
    rows.push(
      ['Demo', `${issuer}/demo`],
      ['Demo client', 'demo-service, secret demo-service-secret-for-development-only'],
    );
  }
  const width = Math.max(...rows.map(([label]) => label?.length ?? 0)) + 2;
  const table = rows.map(([label = '', value = '']) => `  ${label.padEnd(width)}${value}\n`).join('');
  const next = production
    ? ''
    : `\n${firstStart ? 'A new database was made in .data. ' : ''}Open ${issuer}/demo to sign in. Ctrl+C stops.\n`;
  return `Gatehouse is ready at ${issuer}\n\n${table}${next}`;
}
