import type { Section } from '../text.ts';

/** The mail to an owner whose address was entered to make an account. */
export const mailAddressTaken = {
  title: {
    en: 'You have an account already',
    de: 'Sie haben schon ein Konto',
    fr: 'Vous avez déjà un compte',
    es: 'Ya tiene una cuenta',
    sv: 'Du har redan ett konto',
  },
  what: {
    en: 'Somebody tried to create an account with <strong>{email}</strong>. There is one already, so no second was made. Go back to where you came from and sign in with the one you have. If you’ve forgotten its password, set a new one:',
    de: 'Jemand hat versucht, mit <strong>{email}</strong> ein Konto anzulegen. Es gibt schon eines, deshalb wurde kein zweites angelegt. Gehen Sie dorthin zurück, wo Sie herkamen, und melden Sie sich mit dem vorhandenen an. Wenn Sie sein Passwort vergessen haben, legen Sie ein neues fest:',
    fr: 'Quelqu’un a essayé de créer un compte avec <strong>{email}</strong>. Il en existe déjà un ; aucun autre n’a donc été créé. Retournez là d’où vous venez et connectez-vous avec celui que vous avez. Si vous avez oublié son mot de passe, choisissez-en un nouveau :',
    es: 'Alguien ha intentado crear una cuenta con <strong>{email}</strong>. Ya existe una, así que no se ha creado otra. Vuelva al lugar de donde venía e inicie sesión con la que tiene. Si ha olvidado la contraseña, elija una nueva:',
    sv: 'Någon försökte skapa ett konto med <strong>{email}</strong>. Det finns redan ett, så inget andra skapades. Gå tillbaka dit du kom ifrån och logga in med det du har. Om du har glömt lösenordet väljer du ett nytt:',
  },
  why: {
    en: 'You get this mail because your address was entered where accounts are created.',
    de: 'Sie erhalten diese E-Mail, weil Ihre Adresse dort eingegeben wurde, wo Konten angelegt werden.',
    fr: 'Vous recevez cet e-mail parce que votre adresse a été saisie là où l’on crée des comptes.',
    es: 'Recibe este correo porque se ha introducido su dirección donde se crean las cuentas.',
    sv: 'Du får det här mejlet för att din adress angavs där man skapar konton.',
  },
  why_app: {
    en: 'You get this mail because your address was entered where accounts are created, on the way to <bdi>{app}</bdi>.',
    de: 'Sie erhalten diese E-Mail, weil Ihre Adresse auf dem Weg zu <bdi>{app}</bdi> dort eingegeben wurde, wo Konten angelegt werden.',
    fr: 'Vous recevez cet e-mail parce que votre adresse a été saisie là où l’on crée des comptes, en allant vers <bdi>{app}</bdi>.',
    es: 'Recibe este correo porque se ha introducido su dirección donde se crean las cuentas, de camino a <bdi>{app}</bdi>.',
    sv: 'Du får det här mejlet för att din adress angavs där man skapar konton, på väg till <bdi>{app}</bdi>.',
  },
  unwanted: {
    en: 'If it wasn’t you, there’s nothing to do: nobody got in, and nothing about your account has changed.',
    de: 'Wenn Sie es nicht waren, müssen Sie nichts tun: Niemand wurde angemeldet, und an Ihrem Konto hat sich nichts geändert.',
    fr: 'Si ce n’était pas vous, vous n’avez rien à faire : personne ne s’est connecté, et rien n’a changé dans votre compte.',
    es: 'Si no ha sido usted, no tiene que hacer nada: nadie ha entrado y nada ha cambiado en su cuenta.',
    sv: 'Om det inte var du behöver du inte göra något: ingen har kommit in, och inget på ditt konto har ändrats.',
  },
} satisfies Section;
