import type { Section } from '../text.ts';

export const passwordChanged = {
  title: {
    en: 'Your password is changed',
    de: 'Ihr Passwort ist geändert',
    fr: 'Votre mot de passe est modifié',
    es: 'Su contraseña ha cambiado',
    sv: 'Ditt lösenord är ändrat',
  },
  lead: {
    en: 'From now on you sign in with the new one. You’re signed out wherever you were signed in.',
    de: 'Von nun an melden Sie sich mit dem neuen an. Sie sind überall abgemeldet, wo Sie angemeldet waren.',
    fr: 'Désormais, vous vous connectez avec le nouveau. Vous êtes déconnecté partout où vous étiez connecté.',
    es: 'A partir de ahora iniciará sesión con la nueva. Se ha cerrado su sesión en todos los lugares donde la tenía abierta.',
    sv: 'Från och med nu loggar du in med det nya. Du är utloggad överallt där du var inloggad.',
  },
} satisfies Section;
