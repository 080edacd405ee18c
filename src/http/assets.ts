import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Middleware } from 'koa';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

interface Asset {
  readonly name: string;
  /** With the content's hash: a changed file is another address, so browsers may keep each for ever. */
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
}

/** Where each file of `views/assets` is served, by its plain name: `gatehouse.css` → `/assets/gatehouse.<hash>.css`. */
export function assetPaths(viewsDir: string): ReadonlyMap<string, string> {
  return new Map(readAssets(viewsDir).map((asset) => [asset.name, asset.path]));
}

/** Serves the files of `views/assets` from memory. Only the names it knows: no request ever becomes a file path. */
export function assets(viewsDir: string): Middleware {
  const byPath = new Map(readAssets(viewsDir).map((asset) => [asset.path, asset]));

  return async (ctx, next) => {
    const asset = ctx.method === 'GET' || ctx.method === 'HEAD' ? byPath.get(ctx.path) : undefined;
    if (asset === undefined) {
      await next();
      return;
    }
    ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
    ctx.type = asset.type;
    ctx.body = asset.body;
  };
}

function readAssets(viewsDir: string): readonly Asset[] {
  const folder = join(viewsDir, 'assets');
  return readdirSync(folder).flatMap((name) => {
    const ending = extname(name);
    const type = TYPES[ending];
    if (type === undefined) return [];
    const body = readFileSync(join(folder, name));
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 10);
    return [{ name, path: `/assets/${name.slice(0, -ending.length)}.${hash}${ending}`, type, body }];
  });
}
