import type { Section } from '../text.ts';

export const keepAccount = {
  title: {
    en: 'Keep your account?',
    de: 'Möchten Sie Ihr Konto behalten?',
    fr: 'Voulez-vous garder votre compte ?',
    es: '¿Quiere conservar su cuenta?',
    sv: 'Vill du behålla ditt konto?',
  },
  lead: {
    en: 'You asked us to delete the account of <strong>{email}</strong>. It will be erased on {due}.',
    de: 'Sie haben uns gebeten, das Konto von <strong>{email}</strong> zu löschen. Am {due} wird es gelöscht.',
    fr: 'Vous nous avez demandé de supprimer le compte de <strong>{email}</strong>. Il sera effacé le {due}.',
    es: 'Nos ha pedido que eliminemos la cuenta de <strong>{email}</strong>. Se borrará el {due}.',
    sv: 'Du har bett oss att radera kontot för <strong>{email}</strong>. Det raderas den {due}.',
  },
  keep: {
    en: 'Keep my account',
    de: 'Mein Konto behalten',
    fr: 'Garder mon compte',
    es: 'Conservar mi cuenta',
    sv: 'Behåll mitt konto',
  },
  leave: {
    en: 'Leave it to be deleted',
    de: 'Es löschen lassen',
    fr: 'Le laisser supprimer',
    es: 'Dejar que se elimine',
    sv: 'Låt det raderas',
  },
} satisfies Section;
