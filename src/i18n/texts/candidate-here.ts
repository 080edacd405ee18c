import type { Section } from '../text.ts';

/** The link was used in this browser. */
export const candidateHere = {
  title: {
    en: 'You’re signed in already',
    de: 'Sie sind schon angemeldet',
    fr: 'Votre session est déjà ouverte',
    es: 'Su sesión ya está abierta',
    sv: 'Du är redan inloggad',
  },
  lead: {
    en: 'This link has let you in on this device. Go on where you were.',
    de: 'Dieser Link hat Sie auf diesem Gerät schon hereingelassen. Machen Sie weiter, wo Sie waren.',
    fr: 'Ce lien a déjà servi sur cet appareil. Reprenez où vous en étiez.',
    es: 'Este enlace ya le dio acceso en este dispositivo. Continúe donde lo dejó.',
    sv: 'Länken har redan släppt in dig på den här enheten. Fortsätt där du var.',
  },
} satisfies Section;
