import type { Section } from '../text.ts';

/** The mail to an address that somebody wants to have for their account. */
export const mailChangeEmail = {
  title: {
    en: 'Confirm your new address',
    de: 'Bestätigen Sie Ihre neue Adresse',
    fr: 'Confirmez votre nouvelle adresse',
    es: 'Confirme su nueva dirección',
    sv: 'Bekräfta din nya adress',
  },
  open: {
    en: 'Open this link to use {email} for your account from now on. It works for 24 hours, and once.',
    de: 'Öffnen Sie diesen Link, um künftig {email} für Ihr Konto zu verwenden. Er gilt 24 Stunden und nur einmal.',
    fr: 'Ouvrez ce lien pour utiliser désormais {email} pour votre compte. Il fonctionne pendant 24 heures, et une seule fois.',
    es: 'Abra este enlace para usar {email} en su cuenta a partir de ahora. Funciona durante 24 horas y una sola vez.',
    sv: 'Öppna den här länken för att använda {email} för ditt konto från och med nu. Den gäller i 24 timmar, och en gång.',
  },
  button: {
    en: 'Confirm the new address',
    de: 'Neue Adresse bestätigen',
    fr: 'Confirmer la nouvelle adresse',
    es: 'Confirmar la nueva dirección',
    sv: 'Bekräfta den nya adressen',
  },
  why: {
    en: 'You get this mail because somebody who is signed in at {host} wants to use your address for their account.',
    de: 'Sie erhalten diese E-Mail, weil jemand, der bei {host} angemeldet ist, Ihre Adresse für sein Konto verwenden möchte.',
    fr: 'Vous recevez cet e-mail parce qu’une personne connectée à {host} veut utiliser votre adresse pour son compte.',
    es: 'Recibe este correo porque alguien que ha iniciado sesión en {host} quiere usar su dirección en su cuenta.',
    sv: 'Du får det här mejlet för att någon som är inloggad på {host} vill använda din adress för sitt konto.',
  },
  unwanted: {
    en: 'If it wasn’t you, don’t open the link. Then nothing changes, and there’s nothing else to do.',
    de: 'Wenn Sie das nicht waren, öffnen Sie den Link nicht. Dann ändert sich nichts, und Sie müssen nichts weiter tun.',
    fr: 'Si ce n’était pas vous, n’ouvrez pas le lien. Rien ne changera, et vous n’avez rien d’autre à faire.',
    es: 'Si no ha sido usted, no abra el enlace. Así no cambia nada y no tiene que hacer nada más.',
    sv: 'Om det inte var du ska du inte öppna länken. Då ändras ingenting, och du behöver inte göra något mer.',
  },
} satisfies Section;
