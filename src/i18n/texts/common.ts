import type { Section } from '../text.ts';

/** What many pages say. */
export const common = {
  secured_by: {
    en: 'Secured by Gatehouse',
    de: 'Geschützt durch Gatehouse',
    fr: 'Sécurisé par Gatehouse',
    es: 'Protegido por Gatehouse',
    sv: 'Skyddas av Gatehouse',
  },
  stale_form: {
    en: 'This page was open for too long. Please try again.',
    de: 'Diese Seite war zu lange geöffnet. Bitte versuchen Sie es noch einmal.',
    fr: 'Cette page est restée ouverte trop longtemps. Veuillez réessayer.',
    es: 'Esta página ha estado abierta demasiado tiempo. Inténtelo de nuevo.',
    sv: 'Sidan har varit öppen för länge. Försök igen.',
  },
} satisfies Section;
