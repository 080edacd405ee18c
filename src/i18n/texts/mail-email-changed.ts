import type { Section } from '../text.ts';

/** The mail to the address that an account had until now. */
export const mailEmailChanged = {
  title: {
    en: 'Your account has a new address',
    de: 'Ihr Konto hat eine neue Adresse',
    fr: 'Votre compte a une nouvelle adresse',
    es: 'Su cuenta tiene una nueva dirección',
    sv: 'Ditt konto har en ny adress',
  },
  changed: {
    en: 'Until now, {email} was the address of your account at {host}. It was just replaced by another one, which was confirmed. From now on, sign in with the new address.',
    de: 'Bisher war {email} die Adresse Ihres Kontos bei {host}. Sie wurde soeben durch eine andere ersetzt, die bestätigt wurde. Melden Sie sich künftig mit der neuen Adresse an.',
    fr: 'Jusqu’ici, {email} était l’adresse de votre compte sur {host}. Elle vient d’être remplacée par une autre, qui a été confirmée. Connectez-vous désormais avec la nouvelle adresse.',
    es: 'Hasta ahora, {email} era la dirección de su cuenta en {host}. Se acaba de sustituir por otra, que se ha confirmado. A partir de ahora, inicie sesión con la nueva dirección.',
    sv: 'Hittills har {email} varit adressen för ditt konto på {host}. Den har nyss ersatts av en annan, som har bekräftats. Logga in med den nya adressen från och med nu.',
  },
  button: {
    en: 'Go to your account',
    de: 'Zu Ihrem Konto',
    fr: 'Aller à votre compte',
    es: 'Ir a su cuenta',
    sv: 'Gå till ditt konto',
  },
  not_you: {
    en: 'If it wasn’t you, somebody else knows your password. Write to the people who run {host} at once, and send them this mail. If you use the same password elsewhere, change it there.',
    de: 'Wenn Sie das nicht waren, kennt jemand anderes Ihr Passwort. Schreiben Sie sofort an die Betreiber von {host}, und leiten Sie ihnen diese E-Mail weiter. Wenn Sie dasselbe Passwort anderswo verwenden, ändern Sie es dort.',
    fr: 'Si ce n’était pas vous, quelqu’un d’autre connaît votre mot de passe. Écrivez tout de suite aux responsables de {host} en leur transférant cet e-mail. Si vous utilisez le même mot de passe ailleurs, changez-le là-bas aussi.',
    es: 'Si no ha sido usted, otra persona conoce su contraseña. Escriba cuanto antes a los responsables de {host} y reenvíeles este correo. Si usa la misma contraseña en otro sitio, cámbiela allí.',
    sv: 'Om det inte var du känner någon annan till ditt lösenord. Skriv genast till dem som driver {host} och skicka med det här mejlet. Om du använder samma lösenord någon annanstans, byt det där.',
  },
  why: {
    en: 'You get this mail because it was the address of your account, and we tell it whenever that changes. If you changed it, there’s nothing to do.',
    de: 'Sie erhalten diese E-Mail, weil dies die Adresse Ihres Kontos war und wir ihr jede solche Änderung mitteilen. Wenn Sie das waren, müssen Sie nichts tun.',
    fr: 'Vous recevez cet e-mail parce que c’était l’adresse de votre compte, et que nous l’informons de tout changement. Si c’est vous qui l’avez changée, vous n’avez rien à faire.',
    es: 'Recibe este correo porque era la dirección de su cuenta y la avisamos siempre que cambia. Si la ha cambiado usted, no tiene que hacer nada.',
    sv: 'Du får det här mejlet för att det var adressen för ditt konto, och vi meddelar den varje gång det ändras. Om det var du som ändrade den behöver du inte göra något.',
  },
} satisfies Section;
