import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ejs, { type TemplateFunction } from 'ejs';
import { wordsIn } from '../i18n/index.ts';
import { safeAccent } from './accent.ts';
import { assetPaths } from './assets.ts';
import type { AppHead } from './page-parts.ts';
import type { Locals, PageName } from './pages.ts';

export interface Renderer {
  /** The page as a whole HTML document. */
  page<Name extends PageName>(name: Name, locals: Locals<Name>): Promise<string>;
  readonly stylesheetPath: string;
}

export interface RendererOptions {
  readonly viewsDir: string;
  /** Templates are compiled once, at the start; in development every page is read anew. */
  readonly production: boolean;
  /** Characters that a new password has at least. */
  readonly passwordMin: number;
}

/**
 * Renders the hosted pages from `views`. A page is rendered first and tells the layout around it its title (and
 * whether it is wide) through `it.layout`, so that all of a page's words are in one file.
 */
export function createRenderer({ viewsDir, production, passwordMin }: RendererOptions): Renderer {
  const paths = assetPaths(viewsDir);
  const template = templates(viewsDir, production);

  const asset = (name: string): string => {
    const path = paths.get(name);
    if (path === undefined) throw new Error(`views/assets has no ${name}`);
    return path;
  };

  return {
    stylesheetPath: asset('gatehouse.css'),
    async page(name, locals) {
      const layout = { title: '', wide: false };
      const words = wordsIn(locals.locale);
      const it = {
        ...locals,
        app: safeHead(locals.app),
        layout,
        asset,
        webAddress,
        password_min: passwordMin,
        words,
        ...words,
      };
      const body = template(`pages/${name}.ejs`)(it);
      return template('layout.ejs')({ ...it, body });
    },
  };
}

/** Strict templates reach their locals through `it` alone: an optional one that is missing is undefined, no throw. */
function templates(viewsDir: string, production: boolean): (file: string) => TemplateFunction {
  const read = (file: string): TemplateFunction => {
    const filename = join(viewsDir, file);
    const options = { filename, root: viewsDir, strict: true, localsName: 'it', cache: production };
    return ejs.compile(readFileSync(filename, 'utf8'), options);
  };
  if (!production) return read;

  const files = ['layout.ejs', ...readdirSync(join(viewsDir, 'pages')).map((page) => `pages/${page}`)];
  const compiled = new Map(files.map((file) => [file, read(file)]));
  return (file) => compiled.get(file) ?? read(file);
}

/** What an application says of itself is foreign: its colour and its addresses are checked before a page uses them. */
function safeHead(app: AppHead | undefined): AppHead | undefined {
  if (app === undefined) return undefined;
  return {
    name: app.name,
    host: app.host,
    logo_uri: webAddress(app.logo_uri),
    client_uri: webAddress(app.client_uri),
    accent: safeAccent(app.accent),
    own: app.own,
  };
}

const HERE = 'http://here.invalid';

/**
 * An address that may stand in a link: http, https, or a path on this server; else undefined. Escaping doesn't make
 * `javascript:` harmless, and browsers read `//evil`, `/\evil` and `/<tab>/evil` as other hosts.
 */
export function webAddress(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const url = URL.parse(address, HERE);
  if (url === null) return undefined;
  const ours = address.startsWith('/') && url.origin === HERE;
  const foreign = URL.canParse(address) && ['http:', 'https:'].includes(url.protocol);
  return ours || foreign ? address : undefined;
}
