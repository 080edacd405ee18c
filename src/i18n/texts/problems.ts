import type { Section } from '../text.ts';

/** What is wrong with what was typed, by the code that a use case gives. */
export const problems = {
  email_invalid: {
    en: 'Enter an e-mail address such as ada@example.com.',
    de: 'Geben Sie eine E-Mail-Adresse wie ada@example.com ein.',
    fr: 'Saisissez une adresse e-mail, par exemple ada@example.com.',
    es: 'Introduzca una dirección de correo como ada@example.com.',
    sv: 'Ange en e-postadress, till exempel ada@example.com.',
  },
  name_invalid: {
    en: 'Use letters, at most {max} characters.',
    de: 'Verwenden Sie Buchstaben, höchstens {max} Zeichen.',
    fr: 'Utilisez des lettres, {max} caractères au plus.',
    es: 'Use letras, {max} caracteres como máximo.',
    sv: 'Använd bokstäver, högst {max} tecken.',
  },
  password_too_short: {
    en: 'Use at least {min} characters. A few words you’ll remember make a good password.',
    de: 'Verwenden Sie mindestens {min} Zeichen. Einige Wörter, die Sie sich merken, sind ein gutes Passwort.',
    fr: 'Utilisez au moins {min} caractères. Quelques mots que vous retiendrez font un bon mot de passe.',
    es: 'Use al menos {min} caracteres. Unas palabras que recuerde son una buena contraseña.',
    sv: 'Använd minst {min} tecken. Några ord som du kommer ihåg blir ett bra lösenord.',
  },
  password_too_long: {
    en: 'Use at most {max} characters.',
    de: 'Verwenden Sie höchstens {max} Zeichen.',
    fr: 'Utilisez {max} caractères au plus.',
    es: 'Use {max} caracteres como máximo.',
    sv: 'Använd högst {max} tecken.',
  },
} satisfies Section;
