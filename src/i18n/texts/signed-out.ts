import type { Section } from '../text.ts';

export const signedOut = {
  title: {
    en: 'Signed out',
    de: 'Abgemeldet',
    fr: 'Déconnecté',
    es: 'Sesión cerrada',
    sv: 'Utloggad',
  },
  heading: {
    en: 'You’re signed out',
    de: 'Sie sind abgemeldet',
    fr: 'Vous êtes déconnecté',
    es: 'Ha cerrado la sesión',
    sv: 'Du är utloggad',
  },
  lead: {
    en: 'You can close this page.',
    de: 'Diese Seite können Sie schließen.',
    fr: 'Vous pouvez fermer cette page.',
    es: 'Puede cerrar esta página.',
    sv: 'Du kan stänga den här sidan.',
  },
  still_title: {
    en: 'Still signed in',
    de: 'Weiterhin angemeldet',
    fr: 'Toujours connecté',
    es: 'Sesión abierta',
    sv: 'Fortfarande inloggad',
  },
  still_heading: {
    en: 'You’re still signed in',
    de: 'Sie sind weiterhin angemeldet',
    fr: 'Vous êtes toujours connecté',
    es: 'Su sesión sigue abierta',
    sv: 'Du är fortfarande inloggad',
  },
  still_lead: {
    en: 'You’re signed in as <strong>{account}</strong>. You can close this page.',
    de: 'Sie sind als <strong>{account}</strong> angemeldet. Diese Seite können Sie schließen.',
    fr: 'Vous êtes connecté en tant que <strong>{account}</strong>. Vous pouvez fermer cette page.',
    es: 'Ha iniciado sesión como <strong>{account}</strong>. Puede cerrar esta página.',
    sv: 'Du är inloggad som <strong>{account}</strong>. Du kan stänga den här sidan.',
  },
} satisfies Section;
