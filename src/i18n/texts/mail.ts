import type { Section } from '../text.ts';

/** What every mail says. */
export const mail = {
  sent_by: {
    en: 'Sent by Gatehouse at {host}',
    de: 'Gesendet von Gatehouse unter {host}',
    fr: 'Envoyé par Gatehouse sur {host}',
    es: 'Enviado por Gatehouse en {host}',
    sv: 'Skickat av Gatehouse på {host}',
  },
  or_open: {
    en: 'Or open this address in your browser:',
    de: 'Oder öffnen Sie diese Adresse in Ihrem Browser:',
    fr: 'Ou ouvrez cette adresse dans votre navigateur :',
    es: 'O abra esta dirección en su navegador:',
    sv: 'Eller öppna den här adressen i din webbläsare:',
  },
  new_password: {
    en: 'Set a new password',
    de: 'Neues Passwort festlegen',
    fr: 'Choisir un nouveau mot de passe',
    es: 'Elegir una nueva contraseña',
    sv: 'Välj ett nytt lösenord',
  },
} satisfies Section;
