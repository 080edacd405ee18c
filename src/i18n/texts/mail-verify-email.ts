import type { Section } from '../text.ts';

/** The mail with what proves an address. */
export const mailVerifyEmail = {
  title: {
    en: 'Confirm your address',
    de: 'Bestätigen Sie Ihre Adresse',
    fr: 'Confirmez votre adresse',
    es: 'Confirme su dirección',
    sv: 'Bekräfta din adress',
  },
  open: {
    en: 'Open this link to confirm that <strong>{email}</strong> is yours. It works for 24 hours.',
    de: 'Öffnen Sie diesen Link, um zu bestätigen, dass <strong>{email}</strong> Ihnen gehört. Er gilt 24 Stunden.',
    fr: 'Ouvrez ce lien pour confirmer que <strong>{email}</strong> est à vous. Il est valable 24 heures.',
    es: 'Abra este enlace para confirmar que <strong>{email}</strong> es suya. Es válido durante 24 horas.',
    sv: 'Öppna den här länken för att bekräfta att <strong>{email}</strong> är din. Den gäller i 24 timmar.',
  },
  button: {
    en: 'Confirm my address',
    de: 'Meine Adresse bestätigen',
    fr: 'Confirmer mon adresse',
    es: 'Confirmar mi dirección',
    sv: 'Bekräfta min adress',
  },
  or_code: {
    en: 'Or enter this code on the page where you created your account:',
    de: 'Oder geben Sie diesen Code auf der Seite ein, auf der Sie Ihr Konto angelegt haben:',
    fr: 'Ou saisissez ce code sur la page où vous avez créé votre compte :',
    es: 'O introduzca este código en la página en la que creó su cuenta:',
    sv: 'Eller ange den här koden på sidan där du skapade ditt konto:',
  },
  why: {
    en: 'You get this mail because somebody created an account with your address.',
    de: 'Sie erhalten diese E-Mail, weil jemand mit Ihrer Adresse ein Konto angelegt hat.',
    fr: 'Vous recevez cet e-mail parce que quelqu’un a créé un compte avec votre adresse.',
    es: 'Recibe este correo porque alguien ha creado una cuenta con su dirección.',
    sv: 'Du får det här mejlet för att någon har skapat ett konto med din adress.',
  },
  why_app: {
    en: 'You get this mail because somebody created an account with your address, to sign in to <bdi>{app}</bdi>.',
    de: 'Sie erhalten diese E-Mail, weil jemand mit Ihrer Adresse ein Konto angelegt hat, um sich bei <bdi>{app}</bdi> anzumelden.',
    fr: 'Vous recevez cet e-mail parce que quelqu’un a créé un compte avec votre adresse, pour se connecter à <bdi>{app}</bdi>.',
    es: 'Recibe este correo porque alguien ha creado una cuenta con su dirección para iniciar sesión en <bdi>{app}</bdi>.',
    sv: 'Du får det här mejlet för att någon har skapat ett konto med din adress, för att logga in i <bdi>{app}</bdi>.',
  },
  unwanted: {
    en: 'If it wasn’t you, don’t open the link, and don’t give the code to anybody. Then the address stays unconfirmed, and there’s nothing else to do.',
    de: 'Wenn Sie es nicht waren, öffnen Sie den Link nicht und geben Sie den Code niemandem. Dann bleibt die Adresse unbestätigt, und Sie müssen nichts weiter tun.',
    fr: 'Si ce n’était pas vous, n’ouvrez pas le lien et ne donnez le code à personne. L’adresse restera alors non confirmée, et vous n’avez rien d’autre à faire.',
    es: 'Si no ha sido usted, no abra el enlace ni le dé el código a nadie. Así la dirección queda sin confirmar y no tiene que hacer nada más.',
    sv: 'Om det inte var du ska du inte öppna länken och inte ge koden till någon. Då förblir adressen obekräftad, och du behöver inte göra något mer.',
  },
} satisfies Section;
