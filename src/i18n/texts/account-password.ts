import type { Section } from '../text.ts';

export const accountPassword = {
  title: {
    en: 'Change your password',
    de: 'Ihr Passwort ändern',
    fr: 'Changer votre mot de passe',
    es: 'Cambiar su contraseña',
    sv: 'Byt lösenord',
  },
  lead: {
    en: 'You stay signed in here. Everywhere else you’re signed out, and sign in with the new one.',
    de: 'Hier bleiben Sie angemeldet. Überall sonst werden Sie abgemeldet und melden sich mit dem neuen an.',
    fr: 'Vous restez connecté ici. Partout ailleurs, vous êtes déconnecté et vous vous connecterez avec le nouveau.',
    es: 'Aquí seguirá con la sesión iniciada. En todos los demás sitios se cierra, y tendrá que iniciarla con la nueva.',
    sv: 'Här förblir du inloggad. Överallt annars loggas du ut och loggar in med det nya.',
  },
  submit: {
    en: 'Change the password',
    de: 'Passwort ändern',
    fr: 'Changer le mot de passe',
    es: 'Cambiar la contraseña',
    sv: 'Byt lösenordet',
  },
} satisfies Section;
