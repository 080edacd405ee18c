export const CSV = 'text/csv';
export const JSON_LINES = 'application/x-ndjson';

/** A line of CSV (RFC 4180): every member quoted, and none that a spreadsheet would take for a formula. */
export function csvLine(entry: Readonly<Record<string, unknown>>): string {
  return `${Object.values(entry).map(quoted).join(',')}\n`;
}

function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
