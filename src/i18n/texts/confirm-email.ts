import type { Section } from '../text.ts';

export const confirmEmail = {
  title: {
    en: 'Confirm your address',
    de: 'Bestätigen Sie Ihre Adresse',
    fr: 'Confirmez votre adresse',
    es: 'Confirme su dirección',
    sv: 'Bekräfta din adress',
  },
  lead: {
    en: 'One press, and we know that this e-mail address is yours. If you didn’t create an account, close this page.',
    de: 'Ein Klick, und wir wissen, dass diese E-Mail-Adresse Ihnen gehört. Wenn Sie kein Konto angelegt haben, schließen Sie diese Seite.',
    fr: 'Un clic, et nous saurons que cette adresse e-mail est la vôtre. Si vous n’avez pas créé de compte, fermez cette page.',
    es: 'Un clic y sabremos que esta dirección de correo es suya. Si no ha creado ninguna cuenta, cierre esta página.',
    sv: 'Ett klick, så vet vi att e-postadressen är din. Om du inte har skapat något konto kan du stänga den här sidan.',
  },
  submit: {
    en: 'Confirm my address',
    de: 'Meine Adresse bestätigen',
    fr: 'Confirmer mon adresse',
    es: 'Confirmar mi dirección',
    sv: 'Bekräfta min adress',
  },
} satisfies Section;
