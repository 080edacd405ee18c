import type { Section } from '../text.ts';

/** The mail with a link to set a new password. */
export const mailResetPassword = {
  open: {
    en: 'Open this link to set a new password for <strong>{email}</strong>. It works for 30 minutes, and once.',
    de: 'Öffnen Sie diesen Link, um ein neues Passwort für <strong>{email}</strong> festzulegen. Er gilt 30 Minuten und nur einmal.',
    fr: 'Ouvrez ce lien pour choisir un nouveau mot de passe pour <strong>{email}</strong>. Il est valable 30 minutes, et une seule fois.',
    es: 'Abra este enlace para elegir una nueva contraseña para <strong>{email}</strong>. Es válido durante 30 minutos y una sola vez.',
    sv: 'Öppna den här länken för att välja ett nytt lösenord för <strong>{email}</strong>. Den gäller i 30 minuter, och en gång.',
  },
  why: {
    en: 'You get this mail because somebody said they forgot the password for your account.',
    de: 'Sie erhalten diese E-Mail, weil jemand angegeben hat, das Passwort Ihres Kontos vergessen zu haben.',
    fr: 'Vous recevez cet e-mail parce que quelqu’un a indiqué avoir oublié le mot de passe de votre compte.',
    es: 'Recibe este correo porque alguien ha indicado que olvidó la contraseña de su cuenta.',
    sv: 'Du får det här mejlet för att någon uppgav sig ha glömt lösenordet till ditt konto.',
  },
  why_app: {
    en: 'You get this mail because somebody said they forgot the password for your account, on the way to <bdi>{app}</bdi>.',
    de: 'Sie erhalten diese E-Mail, weil jemand auf dem Weg zu <bdi>{app}</bdi> angegeben hat, das Passwort Ihres Kontos vergessen zu haben.',
    fr: 'Vous recevez cet e-mail parce que quelqu’un a indiqué avoir oublié le mot de passe de votre compte, en allant vers <bdi>{app}</bdi>.',
    es: 'Recibe este correo porque alguien ha indicado que olvidó la contraseña de su cuenta, de camino a <bdi>{app}</bdi>.',
    sv: 'Du får det här mejlet för att någon uppgav sig ha glömt lösenordet till ditt konto, på väg till <bdi>{app}</bdi>.',
  },
  unwanted: {
    en: 'If it wasn’t you, don’t open the link, and don’t pass it on. Your password stays as it is, and there’s nothing else to do.',
    de: 'Wenn Sie es nicht waren, öffnen Sie den Link nicht und geben Sie ihn nicht weiter. Ihr Passwort bleibt, wie es ist, und Sie müssen nichts weiter tun.',
    fr: 'Si ce n’était pas vous, n’ouvrez pas le lien et ne le transmettez à personne. Votre mot de passe reste le même, et vous n’avez rien d’autre à faire.',
    es: 'Si no ha sido usted, no abra el enlace ni se lo pase a nadie. Su contraseña sigue siendo la misma y no tiene que hacer nada más.',
    sv: 'Om det inte var du ska du inte öppna länken och inte ge den vidare. Ditt lösenord är kvar som det är, och du behöver inte göra något mer.',
  },
} satisfies Section;
