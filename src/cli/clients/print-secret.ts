/** The one place that a secret is shown in, once: it is stored as a hash. */
export function printSecret(clientId: string, secret: string): void {
  process.stdout.write(`
  client_id      ${clientId}
  client_secret  ${secret}

It is shown this once, and stored as a hash alone. Give it to the application by a way that nobody else reads.
`);
}
