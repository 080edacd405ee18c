import type { Section } from '../text.ts';

/** The mail that tells an owner of a new password. */
export const mailPasswordChanged = {
  title: {
    en: 'Your password was changed',
    de: 'Ihr Passwort wurde geändert',
    fr: 'Votre mot de passe a été modifié',
    es: 'Se ha cambiado su contraseña',
    sv: 'Ditt lösenord har ändrats',
  },
  what: {
    en: 'The password of your account <strong>{email}</strong> at {host} was just changed. You’re signed out everywhere. Sign in with the new password from now on.',
    de: 'Das Passwort Ihres Kontos <strong>{email}</strong> bei {host} wurde gerade geändert. Sie sind überall abgemeldet. Melden Sie sich von nun an mit dem neuen Passwort an.',
    fr: 'Le mot de passe de votre compte <strong>{email}</strong> sur {host} vient d’être modifié. Vous êtes déconnecté partout. Connectez-vous désormais avec le nouveau mot de passe.',
    es: 'La contraseña de su cuenta <strong>{email}</strong> en {host} acaba de cambiarse. Se ha cerrado su sesión en todas partes. A partir de ahora, inicie sesión con la nueva contraseña.',
    sv: 'Lösenordet till ditt konto <strong>{email}</strong> hos {host} har precis ändrats. Du är utloggad överallt. Logga in med det nya lösenordet från och med nu.',
  },
  unwanted: {
    en: 'If it wasn’t you, somebody may be reading your mail. Change the password of your mailbox first, then set a new one here. That signs out whoever did it.',
    de: 'Wenn Sie es nicht waren, liest vielleicht jemand Ihre E-Mails mit. Ändern Sie zuerst das Passwort Ihres Postfachs, und legen Sie dann hier ein neues fest. Damit wird abgemeldet, wer es war.',
    fr: 'Si ce n’était pas vous, quelqu’un lit peut-être vos e-mails. Changez d’abord le mot de passe de votre messagerie, puis choisissez-en un nouveau ici. La personne qui l’a fait sera alors déconnectée.',
    es: 'Si no ha sido usted, es posible que alguien esté leyendo su correo. Cambie primero la contraseña de su buzón y después elija aquí una nueva. Así se cierra la sesión de quien lo haya hecho.',
    sv: 'Om det inte var du kan det vara någon som läser din e-post. Byt först lösenordet till din e-post och välj sedan ett nytt här. Då loggas den som gjorde det ut.',
  },
  /** Where it was changed by somebody who was signed in. */
  what_elsewhere: {
    en: 'The password of your account <strong>{email}</strong> at {host} was just changed on the account page. You’re signed out everywhere else. Sign in with the new password from now on.',
    de: 'Das Passwort Ihres Kontos <strong>{email}</strong> bei {host} wurde gerade auf der Kontoseite geändert. Sie sind überall sonst abgemeldet. Melden Sie sich von nun an mit dem neuen Passwort an.',
    fr: 'Le mot de passe de votre compte <strong>{email}</strong> sur {host} vient d’être modifié sur la page du compte. Vous êtes déconnecté partout ailleurs. Connectez-vous désormais avec le nouveau mot de passe.',
    es: 'La contraseña de su cuenta <strong>{email}</strong> en {host} acaba de cambiarse en la página de la cuenta. Se ha cerrado su sesión en todos los demás sitios. A partir de ahora, inicie sesión con la nueva contraseña.',
    sv: 'Lösenordet till ditt konto <strong>{email}</strong> hos {host} har precis ändrats på kontosidan. Du är utloggad överallt annars. Logga in med det nya lösenordet från och med nu.',
  },
  unwanted_elsewhere: {
    en: 'If it wasn’t you, somebody knew your password and was signed in with it. Set a new one here. That signs out whoever did it.',
    de: 'Wenn Sie es nicht waren, kannte jemand Ihr Passwort und war damit angemeldet. Legen Sie hier ein neues fest. Damit wird abgemeldet, wer es war.',
    fr: 'Si ce n’était pas vous, quelqu’un connaissait votre mot de passe et s’était connecté avec. Choisissez-en un nouveau ici. La personne qui l’a fait sera alors déconnectée.',
    es: 'Si no ha sido usted, alguien conocía su contraseña y había iniciado sesión con ella. Elija aquí una nueva. Así se cierra la sesión de quien lo haya hecho.',
    sv: 'Om det inte var du kände någon till ditt lösenord och var inloggad med det. Välj ett nytt här. Då loggas den som gjorde det ut.',
  },
  why: {
    en: 'You get this mail because it’s your account, and we tell you whenever its password changes. If you changed it, there’s nothing to do.',
    de: 'Sie erhalten diese E-Mail, weil es Ihr Konto ist und wir Ihnen jede Änderung des Passworts mitteilen. Wenn Sie es geändert haben, müssen Sie nichts tun.',
    fr: 'Vous recevez cet e-mail parce que ce compte est le vôtre et que nous vous signalons tout changement de son mot de passe. Si vous l’avez modifié, vous n’avez rien à faire.',
    es: 'Recibe este correo porque la cuenta es suya y le avisamos siempre que cambia la contraseña. Si la ha cambiado usted, no tiene que hacer nada.',
    sv: 'Du får det här mejlet för att kontot är ditt och vi talar om varje gång lösenordet ändras. Om du ändrade det behöver du inte göra något.',
  },
} satisfies Section;
