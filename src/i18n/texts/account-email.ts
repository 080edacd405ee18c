import type { Section } from '../text.ts';

export const accountEmail = {
  title: {
    en: 'Change your e-mail address',
    de: 'Ihre E-Mail-Adresse ändern',
    fr: 'Changer votre adresse e-mail',
    es: 'Cambiar su dirección de correo',
    sv: 'Byt e-postadress',
  },
  lead: {
    en: 'You sign in with <strong>{current}</strong>. We send a link to the new address: it’s yours once you’ve opened that.',
    de: 'Sie melden sich mit <strong>{current}</strong> an. Wir senden einen Link an die neue Adresse: Sie gilt, sobald Sie ihn geöffnet haben.',
    fr: 'Vous vous connectez avec <strong>{current}</strong>. Nous envoyons un lien à la nouvelle adresse : elle sera la vôtre une fois ce lien ouvert.',
    es: 'Inicia sesión con <strong>{current}</strong>. Enviamos un enlace a la nueva dirección: será la suya cuando lo haya abierto.',
    sv: 'Du loggar in med <strong>{current}</strong>. Vi skickar en länk till den nya adressen: den är din när du har öppnat länken.',
  },
  new_email: {
    en: 'New e-mail address',
    de: 'Neue E-Mail-Adresse',
    fr: 'Nouvelle adresse e-mail',
    es: 'Nueva dirección de correo',
    sv: 'Ny e-postadress',
  },
  same: {
    en: 'That’s your address already. Enter another one.',
    de: 'Das ist schon Ihre Adresse. Geben Sie eine andere ein.',
    fr: 'C’est déjà votre adresse. Saisissez-en une autre.',
    es: 'Esa ya es su dirección. Introduzca otra.',
    sv: 'Det är redan din adress. Ange en annan.',
  },
  submit: {
    en: 'Send the link',
    de: 'Link senden',
    fr: 'Envoyer le lien',
    es: 'Enviar el enlace',
    sv: 'Skicka länken',
  },
} satisfies Section;
