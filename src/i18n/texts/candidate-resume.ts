import type { Section } from '../text.ts';

/** Where a code is typed in. */
export const candidateResume = {
  title: {
    en: 'Enter your code',
    de: 'Geben Sie Ihren Code ein',
    fr: 'Saisissez votre code',
    es: 'Escriba su código',
    sv: 'Ange din kod',
  },
  lead: {
    en: 'With it you go on where you were. Whoever invited you can give you one.',
    de: 'Damit machen Sie weiter, wo Sie waren. Wer Sie eingeladen hat, kann Ihnen einen geben.',
    fr: 'Avec lui, vous reprenez où vous en étiez. L’organisateur peut vous en donner un.',
    es: 'Con él continúa donde lo dejó. Quien organiza la evaluación puede darle uno.',
    sv: 'Med den fortsätter du där du var. Den som bjöd in dig kan ge dig en.',
  },
  label: {
    en: 'Your code',
    de: 'Ihr Code',
    fr: 'Votre code',
    es: 'Su código',
    sv: 'Din kod',
  },
  hint: {
    en: 'Eight letters and digits, such as K7MW-92QF',
    de: 'Acht Buchstaben und Ziffern, zum Beispiel K7MW-92QF',
    fr: 'Huit lettres et chiffres, par exemple K7MW-92QF',
    es: 'Ocho letras y cifras, por ejemplo K7MW-92QF',
    sv: 'Åtta bokstäver och siffror, till exempel K7MW-92QF',
  },
  no_code: {
    en: 'A code has eight letters and digits, such as K7MW-92QF. It never has 0, 1 or a vowel.',
    de: 'Ein Code hat acht Buchstaben und Ziffern, zum Beispiel K7MW-92QF. 0, 1 und Vokale kommen nicht vor.',
    fr: 'Un code a huit lettres et chiffres, par exemple K7MW-92QF. Il ne contient ni 0, ni 1, ni voyelle.',
    es: 'Un código tiene ocho letras y cifras, por ejemplo K7MW-92QF. Nunca lleva 0, 1 ni vocales.',
    sv: 'En kod har åtta bokstäver och siffror, till exempel K7MW-92QF. Den har aldrig 0, 1 eller vokaler.',
  },
  wrong_code: {
    en: 'That code doesn’t work. It may have been used, be too old, or there’s a newer one. Ask for another.',
    de: 'Dieser Code gilt nicht. Vielleicht wurde er schon benutzt, ist zu alt, oder es gibt einen neueren. Bitten Sie um einen weiteren.',
    fr: 'Ce code n’est pas valable. Il a peut-être déjà servi, il est trop ancien, ou il en existe un plus récent. Demandez-en un autre.',
    es: 'Ese código no sirve. Puede que ya se haya usado, que sea demasiado antiguo o que haya otro más reciente. Pida otro.',
    sv: 'Koden fungerar inte. Den kan vara använd eller för gammal, eller så finns det en nyare. Be om en ny.',
  },
} satisfies Section;
