import { createServer } from 'node:http';
import pg from 'pg';

/** The floor of a save: bare node:http and one conditional update by pg. No token, no trail, nothing is looked at. */
const [, , databaseUrl = ''] = process.argv;
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
const SAVE = {
  name: 'save',
  text: 'update bare_sessions set data = $3::json, version = version + 1 where id = $1 and version = $2 returning version',
};

const server = createServer({ keepAliveTimeout: 125_000 }, async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const id = request.url?.split('/')[3];
  const version = Number(request.headers['if-match']?.slice(1, -1));
  if (request.method !== 'PUT') return void response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  const { rows } = await pool.query({ ...SAVE, values: [id, version, body] });
  if (!rows[0]) return void response.writeHead(412).end();
  const headers = { 'content-type': 'application/json', etag: `"${rows[0].version}"` };
  response.writeHead(200, headers).end(JSON.stringify(rows[0]));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
});
