import type { Section } from '../text.ts';

export const accountConfirmEmail = {
  title: {
    en: 'Use this address from now on?',
    de: 'Diese Adresse künftig verwenden?',
    fr: 'Utiliser désormais cette adresse ?',
    es: '¿Usar esta dirección a partir de ahora?',
    sv: 'Använd den här adressen från och med nu?',
  },
  lead: {
    en: 'One press, and it’s the address of your account. If you didn’t ask for this, close this page.',
    de: 'Ein Klick, und sie ist die Adresse Ihres Kontos. Wenn Sie das nicht angefordert haben, schließen Sie diese Seite.',
    fr: 'Un clic, et c’est l’adresse de votre compte. Si vous n’avez rien demandé, fermez cette page.',
    es: 'Un clic y será la dirección de su cuenta. Si no lo ha pedido usted, cierre esta página.',
    sv: 'Ett klick, och det är adressen för ditt konto. Om du inte bad om det stänger du den här sidan.',
  },
  submit: {
    en: 'Use this address',
    de: 'Diese Adresse verwenden',
    fr: 'Utiliser cette adresse',
    es: 'Usar esta dirección',
    sv: 'Använd den här adressen',
  },
} satisfies Section;
