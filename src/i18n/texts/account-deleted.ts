import type { Section } from '../text.ts';

export const accountDeleted = {
  title: {
    en: 'Your account will be deleted',
    de: 'Ihr Konto wird gelöscht',
    fr: 'Votre compte va être supprimé',
    es: 'Su cuenta se va a eliminar',
    sv: 'Ditt konto kommer att raderas',
  },
  lead: {
    en: 'It will be erased on {due}, with all there is about you. You’re signed out everywhere.',
    de: 'Am {due} wird es gelöscht, mit allem, was es über Sie gibt. Sie sind überall abgemeldet.',
    fr: 'Il sera effacé le {due}, avec tout ce qui vous concerne. Vous êtes déconnecté partout.',
    es: 'Se borrará el {due}, con todo lo que hay sobre usted. Se ha cerrado su sesión en todas partes.',
    sv: 'Det raderas den {due}, med allt som finns om dig. Du är utloggad överallt.',
  },
  keep: {
    en: 'Changed your mind? <a href="{url}">Sign in</a> before that day. You can close this page.',
    de: 'Haben Sie es sich anders überlegt? <a href="{url}">Melden Sie sich vor diesem Tag an</a>. Diese Seite können Sie schließen.',
    fr: 'Vous avez changé d’avis ? <a href="{url}">Connectez-vous</a> avant ce jour. Vous pouvez fermer cette page.',
    es: '¿Ha cambiado de opinión? <a href="{url}">Inicie sesión</a> antes de ese día. Puede cerrar esta página.',
    sv: 'Har du ändrat dig? <a href="{url}">Logga in</a> före den dagen. Du kan stänga den här sidan.',
  },
} satisfies Section;
