import type { Section } from '../text.ts';

export const resetPassword = {
  title: {
    en: 'Set a new password',
    de: 'Neues Passwort festlegen',
    fr: 'Choisir un nouveau mot de passe',
    es: 'Elegir una nueva contraseña',
    sv: 'Välj ett nytt lösenord',
  },
  lead: {
    en: 'It signs you out wherever you’re signed in now.',
    de: 'Damit werden Sie überall abgemeldet, wo Sie jetzt angemeldet sind.',
    fr: 'Vous serez déconnecté partout où vous êtes connecté actuellement.',
    es: 'Se cerrará su sesión en todos los lugares donde la tenga abierta.',
    sv: 'Du loggas då ut överallt där du är inloggad nu.',
  },
  submit: {
    en: 'Set password',
    de: 'Passwort festlegen',
    fr: 'Enregistrer le mot de passe',
    es: 'Guardar la contraseña',
    sv: 'Spara lösenordet',
  },
} satisfies Section;
