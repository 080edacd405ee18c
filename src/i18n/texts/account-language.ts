import type { Section } from '../text.ts';

export const accountLanguage = {
  title: {
    en: 'Which language do you want?',
    de: 'Welche Sprache möchten Sie?',
    fr: 'Quelle langue voulez-vous ?',
    es: '¿Qué idioma prefiere?',
    sv: 'Vilket språk vill du ha?',
  },
  lead: {
    en: 'We write pages and mails in it.',
    de: 'Wir schreiben Seiten und E-Mails darin.',
    fr: 'Nous y écrivons les pages et les e-mails.',
    es: 'En él escribimos las páginas y los correos.',
    sv: 'Vi skriver sidor och mejl på det.',
  },
  browser: {
    en: 'As your browser says',
    de: 'Wie Ihr Browser es sagt',
    fr: 'Celle de votre navigateur',
    es: 'El de su navegador',
    sv: 'Som din webbläsare säger',
  },
} satisfies Section;
