import type { Section } from '../text.ts';

export const accountEmailChanged = {
  title: {
    en: 'Your address is changed',
    de: 'Ihre Adresse ist geändert',
    fr: 'Votre adresse est modifiée',
    es: 'Su dirección se ha cambiado',
    sv: 'Din adress är ändrad',
  },
  lead: {
    en: 'From now on, sign in with <strong>{email}</strong>.',
    de: 'Melden Sie sich künftig mit <strong>{email}</strong> an.',
    fr: 'Connectez-vous désormais avec <strong>{email}</strong>.',
    es: 'A partir de ahora, inicie sesión con <strong>{email}</strong>.',
    sv: 'Logga in med <strong>{email}</strong> från och med nu.',
  },
  go_on: {
    en: 'Go to your account',
    de: 'Zu Ihrem Konto',
    fr: 'Aller à votre compte',
    es: 'Ir a su cuenta',
    sv: 'Gå till ditt konto',
  },
} satisfies Section;
