import assert from 'node:assert/strict';
import {
  DEFAULT_LOCALE,
  isLocale,
  LOCALES,
  localeOf,
  localeOfAny,
  type TextKey,
  wordsIn,
} from '../../../src/i18n/index.ts';

describe('words', () => {
  it('are in the language asked for, and in English where none is', () => {
    assert.equal(wordsIn('de').t('common.secured_by'), 'Geschützt durch Gatehouse');
    assert.equal(wordsIn().t('common.secured_by'), 'Secured by Gatehouse');
  });

  it('are filled in; as HTML, what they are filled in with is escaped', () => {
    const words = wordsIn('sv');
    assert.match(words.t('problems.password_too_long', { max: 1000 }), /1\s?000/);
    const max = `<b>'"&`;
    assert.ok(words.t('problems.password_too_long', { max }).includes(max));
    assert.ok(words.html('problems.password_too_long', { max }).includes('&lt;b&gt;&#39;&#34;&amp;'));
  });

  it('break no line before a French colon or question mark, or within an E-Mail', () => {
    assert.equal(wordsIn('fr').t('sign-in.forgot'), 'Mot de passe oublié\u00a0?');
    assert.match(wordsIn('fr').html('lost.lead'), /cours\u00a0: elle/);
    assert.equal(wordsIn('de').t('fields.email'), 'E\u2011Mail-Adresse');
    assert.equal(wordsIn('sv').t('fields.email'), 'E\u2011postadress');
    assert.equal(wordsIn('en').t('fields.email'), 'E-mail address');
  });

  it('throw for a text there isn’t', () => {
    for (const key of ['common.nothing', 'nothing.at_all', 'nothing', 'common.toString', 'toString.name'])
      assert.throws(() => wordsIn('en').t(key as TextKey), { message: `the catalogue has no ${key}` });
  });

  it('tell how long to wait in one unit, right in number and never too short', () => {
    const within = (seconds: number) => wordsIn('en').within(seconds);
    const expected = { 1: '1 second', 2: '2 seconds', 89: '89 seconds', 90: '2 minutes', 900: '15 minutes' };
    for (const [seconds, words] of Object.entries(expected)) assert.equal(within(Number(seconds)), `in ${words}`);
    assert.deepEqual([5399, 5400, 86_400].map(within), ['in 90 minutes', 'in 2 hours', 'in 24 hours']);
    assert.deepEqual(
      LOCALES.map((locale) => wordsIn(locale).within(1)),
      ['in 1 second', 'in 1 Sekunde', 'dans 1 seconde', 'dentro de 1 segundo', 'om 1 sekund'],
    );
  });

  it('tell the time as each language does, and say that it is UTC', () => {
    const at = new Date('2026-11-20T16:30:05Z');
    assert.equal(wordsIn('en').time(at), '20 November 2026 at 16:30 UTC');
    assert.equal(wordsIn('de').time(at), '20. November 2026 um 16:30 UTC');
    assert.equal(wordsIn('fr').day(at), '20 novembre 2026');
    assert.equal(wordsIn('sv').exactTime(at), '20 nov. 2026 16:30:05 UTC');
  });
});

describe('a language', () => {
  it('is found by its tag, whatever region or script follows', () => {
    const tags = { de: 'de', 'de-AT': 'de', 'DE-ch-1996': 'de', 'es-419': 'es', 'fr-Latn-CA': 'fr', 'sv-FI': 'sv' };
    for (const [tag, locale] of Object.entries(tags)) assert.equal(localeOf(tag), locale, tag);
  });

  it('is none of ours in any other tag', () => {
    for (const tag of [undefined, '', 'fi', 'deu', 'd', 'x-de', 'de_AT', '*', 'constructor', ' de'])
      assert.equal(localeOf(tag), undefined, tag);
    assert.equal(isLocale('toString'), false);
  });

  it('is the first of several that is ours', () => {
    assert.equal(localeOfAny('fi ja sv-SE de'), 'sv');
    assert.equal(localeOfAny('fi  fr'), 'fr');
    for (const none of ['', 'fi', 'ja zh', undefined, ['de'], 1]) assert.equal(localeOfAny(none), undefined);
  });

  it('is English by default', () => {
    assert.equal(DEFAULT_LOCALE, 'en');
    assert.equal(LOCALES.length, 5);
  });
});
