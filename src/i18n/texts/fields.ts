import type { Section } from '../text.ts';

/** What the fields of forms are called. */
export const fields = {
  email: {
    en: 'E-mail address',
    de: 'E-Mail-Adresse',
    fr: 'Adresse e-mail',
    es: 'Dirección de correo',
    sv: 'E-postadress',
  },
  name: {
    en: 'Name',
    de: 'Name',
    fr: 'Nom',
    es: 'Nombre',
    sv: 'Namn',
  },
  password: {
    en: 'Password',
    de: 'Passwort',
    fr: 'Mot de passe',
    es: 'Contraseña',
    sv: 'Lösenord',
  },
  new_password: {
    en: 'New password',
    de: 'Neues Passwort',
    fr: 'Nouveau mot de passe',
    es: 'Nueva contraseña',
    sv: 'Nytt lösenord',
  },
  password_hint: {
    en: 'At least {min} characters. A few words you’ll remember make a good one.',
    de: 'Mindestens {min} Zeichen. Einige Wörter, die Sie sich merken, sind gut geeignet.',
    fr: 'Au moins {min} caractères. Quelques mots que vous retiendrez conviennent bien.',
    es: 'Al menos {min} caracteres. Unas palabras que recuerde sirven bien.',
    sv: 'Minst {min} tecken. Några ord som du kommer ihåg blir ett bra lösenord.',
  },
  code: {
    en: 'Code from the mail',
    de: 'Code aus der E-Mail',
    fr: 'Code reçu par e-mail',
    es: 'Código del correo',
    sv: 'Koden från mejlet',
  },
  optional: {
    en: '(optional)',
    de: '(freiwillig)',
    fr: '(facultatif)',
    es: '(opcional)',
    sv: '(valfritt)',
  },
} satisfies Section;
