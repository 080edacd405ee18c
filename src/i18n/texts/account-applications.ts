import type { Section } from '../text.ts';

export const accountApplications = {
  title: {
    en: 'Applications with access',
    de: 'Anwendungen mit Zugriff',
    fr: 'Applications autorisées',
    es: 'Aplicaciones con acceso',
    sv: 'Appar med åtkomst',
  },
  lead: {
    en: 'You let these see something of your account. What you take back ends at once, and they have to ask you again.',
    de: 'Diese durften etwas von Ihrem Konto sehen. Was Sie zurücknehmen, endet sofort, und sie müssen Sie neu fragen.',
    fr: 'Vous les avez autorisées à voir une partie de votre compte. Ce que vous retirez prend fin aussitôt, et elles devront vous redemander.',
    es: 'Les ha permitido ver algo de su cuenta. Lo que retire termina enseguida y tendrán que volver a pedírselo.',
    sv: 'De här har fått se något av ditt konto. Det du tar tillbaka upphör genast, och de måste fråga dig igen.',
  },
  none: {
    en: 'You’ve given no application access.',
    de: 'Sie haben keiner Anwendung Zugriff gegeben.',
    fr: 'Vous n’avez autorisé aucune application.',
    es: 'No ha dado acceso a ninguna aplicación.',
    sv: 'Du har inte gett någon app åtkomst.',
  },
  /** A list such as “Your name and language, Your e-mail address”. */
  sees: {
    en: 'Sees: {list}',
    de: 'Sieht: {list}',
    fr: 'Voit : {list}',
    es: 'Ve: {list}',
    sv: 'Ser: {list}',
  },
  since: {
    en: 'Since {day}',
    de: 'Seit {day}',
    fr: 'Depuis le {day}',
    es: 'Desde el {day}',
    sv: 'Sedan {day}',
  },
  take_back: {
    en: 'Take it back',
    de: 'Zurücknehmen',
    fr: 'Retirer',
    es: 'Retirar',
    sv: 'Ta tillbaka',
  },
} satisfies Section;
