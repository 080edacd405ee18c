import type { Section } from '../text.ts';

/** The page for whoever comes while too many passwords are being checked. */
export const busy = {
  heading: {
    en: 'One moment, please',
    de: 'Einen Moment bitte',
    fr: 'Un instant, s’il vous plaît',
    es: 'Un momento, por favor',
    sv: 'Ett ögonblick',
  },
  message: {
    en: 'We have more to do right now than we can manage at once. Go back, wait a few seconds, and try again.',
    de: 'Wir haben gerade mehr zu tun, als wir auf einmal schaffen. Gehen Sie zurück, warten Sie einige Sekunden, und versuchen Sie es noch einmal.',
    fr: 'Nous avons en ce moment plus à faire que nous ne pouvons traiter d’un coup. Revenez en arrière, attendez quelques secondes et réessayez.',
    es: 'En este momento tenemos más trabajo del que podemos atender a la vez. Vuelva atrás, espere unos segundos e inténtelo de nuevo.',
    sv: 'Just nu har vi mer att göra än vi hinner med på en gång. Gå tillbaka, vänta några sekunder och försök igen.',
  },
} satisfies Section;
