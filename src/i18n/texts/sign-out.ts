import type { Section } from '../text.ts';

export const signOut = {
  title: {
    en: 'Sign out',
    de: 'Abmelden',
    fr: 'Se déconnecter',
    es: 'Cerrar sesión',
    sv: 'Logga ut',
  },
  heading: {
    en: 'Sign out?',
    de: 'Möchten Sie sich abmelden?',
    fr: 'Voulez-vous vous déconnecter ?',
    es: '¿Quiere cerrar la sesión?',
    sv: 'Vill du logga ut?',
  },
  lead: {
    en: 'Once signed out, you enter your password again next time.',
    de: 'Nach dem Abmelden geben Sie beim nächsten Mal wieder Ihr Passwort ein.',
    fr: 'Une fois déconnecté, vous saisirez de nouveau votre mot de passe la prochaine fois.',
    es: 'Después, la próxima vez tendrá que introducir de nuevo su contraseña.',
    sv: 'När du har loggat ut anger du ditt lösenord igen nästa gång.',
  },
  lead_as: {
    en: 'You’re signed in as <strong>{account}</strong>. Once signed out, you enter your password again next time.',
    de: 'Sie sind als <strong>{account}</strong> angemeldet. Nach dem Abmelden geben Sie beim nächsten Mal wieder Ihr Passwort ein.',
    fr: 'Vous êtes connecté en tant que <strong>{account}</strong>. Une fois déconnecté, vous saisirez de nouveau votre mot de passe la prochaine fois.',
    es: 'Ha iniciado sesión como <strong>{account}</strong>. Después de cerrarla, la próxima vez tendrá que introducir de nuevo su contraseña.',
    sv: 'Du är inloggad som <strong>{account}</strong>. När du har loggat ut anger du ditt lösenord igen nästa gång.',
  },
  stay: {
    en: 'Stay signed in',
    de: 'Angemeldet bleiben',
    fr: 'Rester connecté',
    es: 'Mantener la sesión abierta',
    sv: 'Förbli inloggad',
  },
} satisfies Section;
