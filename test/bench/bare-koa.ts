import Koa from 'koa';

/** Sends the documents that another server has, the same bytes under the same paths, and does nothing else. */
const [, , base = '', ...paths] = process.argv;
const documents = new Map(
  await Promise.all(
    paths.map(async (path) => {
      const answer = await fetch(base + path);
      return [path, { type: answer.headers.get('content-type') ?? '', body: await answer.text() }] as const;
    }),
  ),
);
const app = new Koa();
app.use((ctx) => {
  const document = documents.get(ctx.path);
  if (!document) return;
  ctx.type = document.type;
  ctx.body = document.body;
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
});
