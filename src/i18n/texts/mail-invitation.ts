import type { Section } from '../text.ts';

/** The mail to somebody whom an operator made an account for. */
export const mailInvitation = {
  title: {
    en: 'Set a password for your account',
    de: 'Legen Sie ein Passwort für Ihr Konto fest',
    fr: 'Choisissez un mot de passe pour votre compte',
    es: 'Elija una contraseña para su cuenta',
    sv: 'Välj ett lösenord för ditt konto',
  },
  open: {
    en: 'An account was made for {email}. Open this link to set its password. It works for 24 hours, and once.',
    de: 'Für {email} wurde ein Konto angelegt. Öffnen Sie diesen Link, um das Passwort festzulegen. Er gilt 24 Stunden und nur einmal.',
    fr: 'Un compte a été créé pour {email}. Ouvrez ce lien pour en choisir le mot de passe. Il fonctionne pendant 24 heures, et une seule fois.',
    es: 'Se ha creado una cuenta para {email}. Abra este enlace para elegir su contraseña. Funciona durante 24 horas y una sola vez.',
    sv: 'Ett konto har skapats för {email}. Öppna den här länken för att välja lösenord. Den gäller i 24 timmar, och en gång.',
  },
  button: {
    en: 'Set a password',
    de: 'Passwort festlegen',
    fr: 'Choisir un mot de passe',
    es: 'Elegir una contraseña',
    sv: 'Välj ett lösenord',
  },
  why: {
    en: 'You get this mail because whoever runs {host} made the account for you.',
    de: 'Sie erhalten diese E-Mail, weil die Betreiber von {host} das Konto für Sie angelegt haben.',
    fr: 'Vous recevez cet e-mail parce que les responsables de {host} ont créé ce compte pour vous.',
    es: 'Recibe este correo porque los responsables de {host} han creado la cuenta para usted.',
    sv: 'Du får det här mejlet för att de som driver {host} har skapat kontot åt dig.',
  },
  unwanted: {
    en: 'If you don’t want the account, there’s nothing to do: without a password nobody can sign in to it.',
    de: 'Wenn Sie das Konto nicht möchten, müssen Sie nichts tun: Ohne Passwort kann sich niemand damit anmelden.',
    fr: 'Si vous ne voulez pas de ce compte, vous n’avez rien à faire : sans mot de passe, personne ne peut s’y connecter.',
    es: 'Si no quiere la cuenta, no tiene que hacer nada: sin contraseña, nadie puede iniciar sesión en ella.',
    sv: 'Om du inte vill ha kontot behöver du inte göra något: utan lösenord kan ingen logga in på det.',
  },
} satisfies Section;
