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
  password_unreadable: {
    en: 'This password holds a character that can’t be typed. Enter it anew by hand.',
    de: 'Dieses Passwort enthält ein Zeichen, das sich nicht eintippen lässt. Geben Sie es von Hand neu ein.',
    fr: 'Ce mot de passe contient un caractère impossible à saisir au clavier. Saisissez-le de nouveau à la main.',
    es: 'Esta contraseña contiene un carácter que no se puede teclear. Escríbala de nuevo a mano.',
    sv: 'Lösenordet innehåller ett tecken som inte går att skriva. Skriv in det på nytt för hand.',
  },
  password_common: {
    en: 'This password is too easy to guess. Add a few words that nobody else would put together.',
    de: 'Dieses Passwort ist zu leicht zu erraten. Fügen Sie einige Wörter hinzu, die sonst niemand kombinieren würde.',
    fr: 'Ce mot de passe est trop facile à deviner. Ajoutez quelques mots que personne d’autre n’associerait.',
    es: 'Esta contraseña es demasiado fácil de adivinar. Añada unas palabras que nadie más combinaría.',
    sv: 'Lösenordet är för lätt att gissa. Lägg till några ord som ingen annan skulle sätta ihop.',
  },
  password_breached: {
    en: 'This password is known from a data breach elsewhere, so others try it. Choose another one.',
    de: 'Dieses Passwort ist durch ein Datenleck anderswo bekannt geworden und wird von anderen ausprobiert. Wählen Sie ein anderes.',
    fr: 'Ce mot de passe figure dans une fuite de données survenue ailleurs, et d’autres l’essaient. Choisissez-en un autre.',
    es: 'Esta contraseña apareció en una filtración de datos de otro sitio, y otras personas la prueban. Elija otra.',
    sv: 'Lösenordet finns i en dataläcka från någon annan tjänst, så andra provar det. Välj ett annat.',
  },
} satisfies Section;
