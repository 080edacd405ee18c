import type { Command } from 'commander';
import { run } from '../run.ts';

/** `gatehouse tokens …`: what was issued, one file a command, loaded when it is called. */
export function tokensCommand(tokens: Command): void {
  tokens.description('end tokens that have got into the wrong hands');
  tokens
    .command('revoke <token>')
    .description('end an access or refresh token, and what was issued with it; "-" reads it from standard input')
    .option('--yes', 'without asking')
    // One opaque token in 64 begins with a dash.
    .allowUnknownOption()
    .action((token: string, options: { yes?: boolean }) =>
      run(async () => (await import('./revoke.ts')).revoke(token, options)),
    );
}
